import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const project = join(import.meta.dirname, 'hapi');
const classpathFile = join(project, 'target', 'classpath.txt');

/** An issue as the reference validator words it; `message` may hold values of the input and is never kept. */
export interface ReferenceIssue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  readonly location?: string;
  readonly messageId?: string;
  readonly message: string;
}

export interface ReferenceAnswer {
  readonly id: string;
  readonly issues: readonly ReferenceIssue[];
}

export interface ReferenceQuestion {
  readonly id: string;
  readonly text: string;
  /** Canonical URL of a profile to judge against, beside those that are claimed. */
  readonly profile?: string;
}

/** Compiles the reference validator with Maven where that is not done yet. Throws where Java or Maven is missing. */
export async function buildReferenceValidator(): Promise<void> {
  if (existsSync(join(project, 'target', 'classes', 'ReferenceValidator.class')) && existsSync(classpathFile)) return;
  const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`];
  await promisify(execFile)('mvn', ['-q', '-B', ...goals], { cwd: project, maxBuffer: 64 * 1024 * 1024 });
}

/** Asks the reference validator; the answers come in the order of the questions. It is started once, and ends with them. */
export async function* askReference(
  definitionFolders: readonly string[],
  questions: Iterable<ReferenceQuestion>,
): AsyncGenerator<ReferenceAnswer> {
  const classpath = [join(project, 'target', 'classes'), readFileSync(classpathFile, 'utf8').trim()].join(':');
  const args = ['-Xmx3g', '-cp', classpath, 'ReferenceValidator', ...definitionFolders];
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise<never>((_, reject) => child.on('error', reject));
  failed.catch(() => undefined);
  try {
    void feed(child.stdin, questions);
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as ReferenceAnswer;
  } finally {
    child.kill();
  }
}

async function feed(into: NodeJS.WritableStream, questions: Iterable<ReferenceQuestion>): Promise<void> {
  for (const question of questions) {
    if (into.write(`${JSON.stringify(question)}\n`)) continue;
    await new Promise((resolve) => into.once('drain', resolve));
  }
  into.end();
}
