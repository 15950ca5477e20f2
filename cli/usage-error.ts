import type { CommanderError } from 'commander';

import { CarryoverError } from '../schemas/failures.ts';

/** Takes what commander throws: undefined where it only showed its help or the version. */
export function usageError(error: CommanderError): CarryoverError | undefined {
  if (error.exitCode === 0) return undefined;
  if (error.code === 'commander.help') return new CarryoverError('USAGE', 'No command was given.');
  return new CarryoverError('USAGE', asSentence(withoutValues(error.message.replace(/^error: /, ''))));
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.)]$/.test(text) ? '' : '.'}`;
}

/** An unknown option is named without what stands behind its `=`, and arguments too many are counted only: people paste tokens there. */
function withoutValues(message: string): string {
  return message
    .replaceAll(/(--?[\w-]+)=[^'\s]*/g, '$1=…')
    .replace(/^(too many arguments.* but got \d+):.*$/s, '$1')
    .replaceAll(/\s*\n\s*/g, ' ');
}
