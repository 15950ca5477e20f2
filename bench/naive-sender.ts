import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The script that every team writes first: posts bundles, retries on any error, notes down what worked. It is measured
// beside Carryover under the same kills; nothing of the product uses it.
import { Pool } from 'undici';

/** The work of one member, as a file `<number>.json` of the work folder. */
export interface NaiveMember {
  readonly accessToken: string;
  /** Request bodies. */
  readonly bundles: readonly string[];
}

/** One line of the script's own journal: what it believes of one bundle. */
export interface NaiveNote {
  readonly member: number;
  readonly bundle: number;
  readonly outcome: 'confirmed' | 'given-up';
}

const mostTries = 5;
const membersAtOnce = 8;
const timeoutMs = 1_500;

const [workDir = '', fhirBaseUrl = ''] = process.argv.slice(2);
const journalFile = join(workDir, 'journal.jsonl');
const base = new URL(fhirBaseUrl);
const pool = new Pool(base.origin, { connections: membersAtOnce, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });

/** Goes on after the last note of an earlier run, as long as there is work; ends when a file `end` is there. */
async function sendAll(): Promise<void> {
  const noted = new Set(readNotes().map(({ member, bundle }) => `${member}/${bundle}`));
  let next = 0;
  const one = async () => {
    for (;;) {
      const member = next;
      const file = join(workDir, `${member}.json`);
      if (existsSync(file)) {
        next += 1;
        await sendMember(member, JSON.parse(readFileSync(file, 'utf8')) as NaiveMember, noted);
      } else if (existsSync(join(workDir, 'end'))) return;
      else await sleep(50);
    }
  };
  await Promise.all(Array.from({ length: membersAtOnce }, one));
}

async function sendMember(member: number, work: NaiveMember, noted: ReadonlySet<string>): Promise<void> {
  for (const [bundle, body] of work.bundles.entries()) {
    if (noted.has(`${member}/${bundle}`)) continue;
    const outcome = (await postWithRetries(work.accessToken, body)) ? 'confirmed' : 'given-up';
    const note: NaiveNote = { member, bundle, outcome };
    appendFileSync(journalFile, `${JSON.stringify(note)}\n`);
  }
}

async function postWithRetries(accessToken: string, body: string): Promise<boolean> {
  for (let attempt = 1; attempt <= mostTries; attempt += 1) {
    if (await post(accessToken, body).catch(() => false)) return true;
    await sleep(100 * 2 ** attempt);
  }
  return false;
}

async function post(accessToken: string, body: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/fhir+json' };
  const answer = await pool.request({ method: 'POST', path: base.pathname, headers, body });
  await answer.body.dump();
  return answer.statusCode === 200;
}

function readNotes(): readonly NaiveNote[] {
  if (!existsSync(journalFile)) return [];
  const lines = readFileSync(journalFile, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as NaiveNote);
}

if (import.meta.main) {
  process.stdout.write('ready\n');
  await sendAll();
  await pool.close();
}
