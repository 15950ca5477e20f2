import { DefaultLogger, type Logger } from '@temporalio/worker';

import type { EventLog } from '../adapters/log/event-log.ts';

/** Temporal's own warnings and errors as events of our log: its fixed text only, none of the values that come with it. */
export function temporalLogger(log: EventLog): Logger {
  return new DefaultLogger('WARN', ({ level, message }) => {
    log.event('temporal', { message: message.slice(0, 200) }, level === 'ERROR' ? 'error' : 'warn');
  });
}
