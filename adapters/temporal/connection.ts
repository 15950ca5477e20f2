import { Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';

import { CarryoverError } from '../../schemas/failures.ts';

/** Which Temporal to use. Without an address the environment says it: TEMPORAL_ADDRESS and the profiles of @temporalio/envconfig. */
export interface TemporalTarget {
  /** `host:port`; used as it is, without TLS and without anything from the environment. */
  readonly address?: string;
  readonly namespace?: string;
  readonly timeoutMs?: number;
}

/** A connection and what it leads to. Whoever asked for it closes it. */
export interface TemporalConnection<Kind> {
  readonly connection: Kind;
  readonly address: string;
  readonly namespace: string;
}

const defaultAddress = 'localhost:7233';
const defaultTimeoutMs = 5_000;

/** Connects a client. Throws TEMPORAL_UNREACHABLE, naming the address, where no Temporal answers in time. */
export async function connectTemporal(target: TemporalTarget = {}): Promise<TemporalConnection<Connection>> {
  const { options, ...place } = resolve(target);
  const connectTimeout = target.timeoutMs ?? defaultTimeoutMs;
  // Every option of the native connection that the environment can set exists for the client's too.
  const clientOptions = { ...(options as ConnectionOptions), connectTimeout };
  return { ...place, connection: await reach(place.address, Connection.connect(clientOptions)) };
}

/** Connects a worker. It asks with a client first, since the native connection takes long to give up. Throws TEMPORAL_UNREACHABLE. */
export async function connectTemporalWorker(
  target: TemporalTarget = {},
): Promise<TemporalConnection<NativeConnection>> {
  const { connection } = await connectTemporal(target);
  await connection.close();
  const { options, ...place } = resolve(target);
  return { ...place, connection: await reach(place.address, NativeConnection.connect(options)) };
}

function resolve(target: TemporalTarget): { address: string; namespace: string; options: NativeConnectionOptions } {
  const { address } = target;
  if (address !== undefined) return { address, namespace: target.namespace ?? 'default', options: { address } };
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    address: connectionOptions.address ?? defaultAddress,
    namespace: target.namespace ?? namespace ?? 'default',
    options: connectionOptions,
  };
}

async function reach<Kind>(address: string, connecting: Promise<Kind>): Promise<Kind> {
  try {
    return await connecting;
  } catch (cause) {
    throw new CarryoverError('TEMPORAL_UNREACHABLE', `The address is ${address}.`, {}, { cause });
  }
}
