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

const [first, ...rest] = process.argv.slice(2);
if (first === 'sandbox') {
  // A program of its own, which reads its own arguments: none of ours apply to it.
  process.argv = [process.argv[0] ?? '', 'sandbox', ...rest];
  await import('../sandbox/main.ts');
} else {
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
