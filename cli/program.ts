import { readFileSync } from 'node:fs';

import { Command, Option } from 'commander';

import { commandTable, type CommandName } from './command-table.ts';
import type { CliCommand, GlobalOptions } from './command.ts';

/** Runs a command that was found and loaded. */
export type RunCommand = (definition: CliCommand<never>, command: Command) => Promise<void>;

/** Programs with options of their own. */
const ownPrograms = {
  sandbox: 'run the fake counterpart; its own options follow',
  demo: 'the main job: both directions against the sandbox; its own options follow',
};

/** The command line as commander sees it. A command's own file is loaded when the command is named. */
export function buildProgram(run: RunCommand): Command {
  const program = new Command('carryover')
    .description("Moves members' clinical records between health plans, accounted for to the last resource.")
    .version(readVersion(), '-V, --version', 'show the version')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // What is wrong is said by describe-failure.ts, in the same form as every other failure.
    .configureOutput({ outputError: () => undefined });
  addGlobalOptions(program);
  for (const [name, { summary }] of Object.entries(commandTable)) program.command(name).description(summary);
  for (const [name, summary] of Object.entries(ownPrograms)) program.command(name).description(summary);

  program.hook('preSubcommand', async (_program, command) => {
    // main.ts starts these before any of our options is read.
    if (Object.hasOwn(ownPrograms, command.name())) program.error(`${command.name()} must be the first argument`);
    const definition: CliCommand<never> = await commandTable[command.name() as CommandName].load();
    definition.configure(command);
    command.action(async () => run(definition, command));
  });
  return program;
}

function addGlobalOptions(program: Command): void {
  program
    .option('--data-dir <dir>', 'where everything is kept (CARRYOVER_DATA_DIR, else the XDG data directory)')
    .option('--temporal <address>', 'host:port of Temporal (else TEMPORAL_ADDRESS and its profiles)')
    .option('--json', 'print one JSON document')
    .addOption(
      new Option('--log-format <format>', 'of the log on standard error').choices(['text', 'json']).default('text'),
    )
    .option('--no-input', 'never ask anything')
    .option('--yes-production', 'confirm that a production counterpart is meant');
}

/** The global options of a command, wherever on the line they stood. */
export function globalOptionsOf(program: Command): GlobalOptions {
  return { json: false, yesProduction: false, ...program.opts<Omit<GlobalOptions, 'json' | 'yesProduction'>>() };
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
