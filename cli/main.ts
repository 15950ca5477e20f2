import { CommanderError } from 'commander';

import type { CommandContext } from './command.ts';
import { describeFailure, failureText } from './describe-failure.ts';
import { openOutput } from './output.ts';
import { buildProgram, globalOptionsOf } from './program.ts';
import { usageError } from './usage-error.ts';

/** Runs one command line and returns its exit code. */
async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  let afterFailure = 'Nothing was done.';
  const program = buildProgram(async (definition, command) => {
    afterFailure = definition.afterFailure;
    const options = globalOptionsOf(program);
    const context: CommandContext = { options, out: openOutput(options), env: process.env };
    exitCode = await definition.run(context, command.opts<never>(), command.args);
  });
  try {
    await program.parseAsync(helpFirst(args), { from: 'user' });
    return exitCode;
  } catch (error) {
    const failure = error instanceof CommanderError ? usageError(error) : error;
    if (failure === undefined) return 0;
    return fail(failure, afterFailure, args.includes('--json'));
  }
}

/** `carryover help plan` is `carryover plan --help`. */
function helpFirst(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
}

function fail(error: unknown, afterFailure: string, json: boolean): number {
  const described = describeFailure(error, afterFailure);
  const out = openOutput({ json });
  out.note(failureText(described));
  if (json) out.result({ error: described }, '');
  return described.exitCode;
}

/** What nobody caught is told like any other failure: as Node prints it, it could hold data. */
function guardProcess(): void {
  process.on('uncaughtException', (error) => {
    process.exit(fail(error, '', false));
  });
  // Whoever reads our output may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** Programs of their own, which read their own arguments: none of our options apply to them. */
const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  sandbox: () => import('../sandbox/main.ts'),
  demo: () => import('../demo/main.ts'),
};

const [first = '', ...rest] = process.argv.slice(2);
const program = programs[first];
if (program === undefined) {
  guardProcess();
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  process.argv.splice(2, process.argv.length, ...rest);
  await program();
}
