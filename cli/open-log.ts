import { pino } from 'pino';

import { openEventLog, type EventLog } from '../adapters/log/event-log.ts';
import type { CommandContext } from './command.ts';

/** Opens the log of a long-running command: on standard error, in the form that --log-format says. */
export function openLog({ options }: CommandContext, component: string): EventLog {
  return openEventLog({ format: options.logFormat, destination: pino.destination({ dest: 2, sync: true }), component });
}
