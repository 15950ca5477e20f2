import { DefaultLogger, type Logger, type LogMetadata } from '@temporalio/worker';

import type { EventLog } from '../adapters/log/event-log.ts';

/** Temporal's own warnings and errors as events of our log: its fixed text and the kind of error, none of the values that come with it. */
export function temporalLogger(log: EventLog): Logger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    const fields = { message: message.replaceAll(/[^\w@/.:() -]/g, ' ').slice(0, 200), ...kindOf(meta) };
    log.event('temporal', fields, level === 'ERROR' ? 'error' : 'warn');
  });
}

/** The class of an error, and Temporal's own rule number where it names one. */
function kindOf(meta: LogMetadata | undefined): { cause?: string; code?: string } {
  const error: unknown = meta?.['error'];
  if (!(error instanceof Error)) return {};
  const rule = /TMPRL\d+/.exec(error.message)?.[0];
  return { cause: error.name, ...(rule === undefined ? {} : { code: rule }) };
}
