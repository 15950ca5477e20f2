import type { SearchAttributeType } from '@temporalio/common';

import { CarryoverError } from '../../schemas/failures.ts';
import { freePorts, isFreePort } from './free-ports.ts';

/** How a dev server is started. */
export interface DevServerOptions {
  /** SQLite file of the server; it survives restarts. */
  readonly dbFile: string;
  readonly logFile: string;
  /** Without the Web UI. */
  readonly headless: boolean;
  /** Of the gRPC service; a free one where it is left out. */
  readonly port?: number;
  /** Of the Web UI; a free one where it is left out. */
  readonly uiPort?: number;
  /** Attributes to register, such as `Object.values(searchAttributes)`. */
  readonly searchAttributes: readonly { readonly name: string; readonly type: SearchAttributeType }[];
  /** More dynamic configuration; values are JSON. */
  readonly dynamicConfig?: Readonly<Record<string, string | number | boolean>>;
}

export interface DevServerPorts {
  readonly grpc: number;
  readonly ui: number;
  readonly http: number;
  readonly metrics: number;
}

/** Activities start in the worker that scheduled them, without a trip through the task queue: half the server's work. */
const ourDynamicConfig = { 'system.enableActivityEagerExecution': true };

/**
 * The ports of one start: what the options fix, and free ones for the rest, all different. Throws TEMPORAL_UNREACHABLE where a
 * fixed one is taken: what answers there could be a Temporal server of somebody else.
 */
export async function devServerPorts(options: DevServerOptions): Promise<DevServerPorts> {
  for (const port of [options.port, options.uiPort]) {
    if (port !== undefined && !(await isFreePort(port))) {
      throw new CarryoverError('TEMPORAL_UNREACHABLE', `Another program listens on port ${port}.`);
    }
  }
  const [grpc = 0, ui = 0, http = 0, metrics = 0] = await freePorts(4);
  return { grpc: options.port ?? grpc, ui: options.uiPort ?? ui, http, metrics };
}

/** The command line of `temporal`. */
export function devServerArguments(options: DevServerOptions, ports: DevServerPorts): string[] {
  const dynamicConfig = Object.entries({ ...ourDynamicConfig, ...options.dynamicConfig });
  return [
    ['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'],
    ['--port', `${ports.grpc}`, '--http-port', `${ports.http}`, '--metrics-port', `${ports.metrics}`],
    options.headless ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', `${ports.ui}`],
    ['--db-filename', options.dbFile],
    ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...dynamicConfig.map(([name, value]) => ['--dynamic-config-value', `${name}=${JSON.stringify(value)}`]),
    ...options.searchAttributes.map((key) => ['--search-attribute', `${key.name}=${typeNames[key.type]}`]),
  ].flat();
}

/** The types as the command line names them. */
const typeNames: Readonly<Record<SearchAttributeType, string>> = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
};
