import { pino, type DestinationStream } from 'pino';

/** Every event that the program logs: a published vocabulary, so that operators can search for it. */
export type LogEvent =
  | 'worker-started'
  | 'worker-stopping'
  | 'worker-stopped'
  | 'temporal'
  | 'transfer-recorded'
  | 'transfer-prepared'
  | 'approval-requested'
  | 'approval-reminded'
  | 'bundle-answered'
  | 'bundle-unsent'
  | 'bundle-lost'
  | 'token-ended'
  | 'writer-fenced'
  | 'slice-waits'
  | 'link-issued'
  | 'link-mailed'
  | 'callback-received'
  | 'callback-refused'
  | 'operator-page-failed'
  | 'operator-signed-in'
  | 'code-exchanged'
  | 'token-refreshed'
  | 'page-read'
  | 'record-stored'
  | 'transfer-closed'
  | 'batch-launched'
  | 'batch-delivered'
  | 'batch-closed'
  | 'deed-delivered'
  | 'workflow-lost'
  | 'activity-failed'
  | 'server-started'
  | 'server-stopped';

/** The only fields that ever reach a log line. None of them can hold PHI, a secret or a URL with parameters. */
export interface LogFields {
  readonly transferId?: string;
  readonly batchId?: string;
  readonly counterpartId?: string;
  readonly direction?: string;
  readonly state?: string;
  readonly code?: string;
  readonly cause?: string;
  readonly outcome?: string;
  readonly resourceType?: string;
  readonly bundle?: number;
  readonly page?: number;
  readonly tryNumber?: number;
  readonly status?: number;
  readonly count?: number;
  readonly rows?: number;
  readonly revision?: number;
  readonly attempt?: number;
  readonly durationMs?: number;
  readonly port?: number;
  readonly pid?: number;
  readonly taskQueue?: string;
  readonly step?: string;
  readonly message?: string;
}

const allowed: ReadonlySet<string> = new Set<keyof Required<LogFields>>([
  'transferId',
  'batchId',
  'counterpartId',
  'direction',
  'state',
  'code',
  'cause',
  'outcome',
  'resourceType',
  'bundle',
  'page',
  'tryNumber',
  'status',
  'count',
  'rows',
  'revision',
  'attempt',
  'durationMs',
  'port',
  'pid',
  'taskQueue',
  'step',
  'message',
]);

/** Codes, ids and names of types; anything longer or with other characters is not logged. */
const harmless = /^[\w@/.:() -]{0,200}$/;

export type LogLevel = 'info' | 'warn' | 'error';

export interface EventLog {
  /** Writes one line: the event's name and its allowed fields. There is no free text and no child logger. */
  event(name: LogEvent, fields?: LogFields, level?: LogLevel): void;
}

/** Opens the log: JSON lines, or one readable line an event. pino writes; only the vocabulary above gets through to it. */
export function openEventLog(options: {
  readonly format: 'json' | 'text';
  readonly destination: DestinationStream;
  readonly component: string;
}): EventLog {
  const destination = options.format === 'json' ? options.destination : textLines(options.destination);
  const logger = pino(
    { base: { component: options.component }, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
  return {
    event(name, fields = {}, level = 'info') {
      logger[level]({ event: name, ...allowedFields(fields) });
    },
  };
}

function allowedFields(fields: LogFields): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(fields) as [string, unknown][]) {
    if (!allowed.has(key)) continue;
    if (typeof value === 'number') kept[key] = value;
    else if (typeof value === 'string') kept[key] = harmless.test(value) ? value : '(withheld)';
  }
  return kept;
}

function textLines(destination: DestinationStream): DestinationStream {
  return {
    write(line) {
      const { time, event, level, component, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const rest = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
      const mark = Number(level) >= 50 ? 'ERROR ' : Number(level) >= 40 ? 'WARN ' : '';
      destination.write(`${String(time)} ${String(component)} ${mark}${String(event)} ${rest.join(' ')}\n`);
    },
  };
}
