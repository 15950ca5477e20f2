import type { Command } from 'commander';

import type { ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly dataDir?: string;
  /** `host:port`; else the environment says where Temporal is. */
  readonly temporal?: string;
  readonly json: boolean;
  readonly logFormat: 'text' | 'json';
  /** False with --no-input: nothing is asked, even on a terminal. */
  readonly input: boolean;
  readonly yesProduction: boolean;
}

/** What a command gets beside its own options. */
export interface CommandContext {
  readonly options: GlobalOptions;
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
}

/** One command: its options, and what it does. Loaded only when it is asked for. */
export interface CliCommand<Options> {
  /** What is certain about the state of things when the command fails: a whole sentence. */
  readonly afterFailure: string;
  configure(command: Command): void;
  run(context: CommandContext, options: Options, args: readonly string[]): Promise<ExitCode>;
}

/** Gives a command its types. */
export function defineCommand<Options>(command: CliCommand<Options>): CliCommand<Options> {
  return command;
}
