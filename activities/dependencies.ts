import type { Client } from '@temporalio/client';

import type { DeliveryPlace } from '../adapters/delivery/delivery-place.ts';
import type { HttpPools } from '../adapters/http/http-pool.ts';
import type { KeyRing } from '../adapters/keys/key-ring.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { EventLog } from '../adapters/log/event-log.ts';
import type { ObjectStore } from '../adapters/objects/object-store.ts';
import type { SecretStore } from '../adapters/secrets/secret-store.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';

/** Moments at which a test may stop the process: of a write, of a mail, and of steps that are done once more after a crash. The program does nothing there. */
export type Checkpoint =
  | 'before-attempted'
  | 'after-attempted'
  | 'after-answer'
  | 'after-plan-kept'
  | 'after-unknowns-found'
  | 'after-token-ended'
  | 'after-mail-attempted'
  | 'after-mail-sent';

/** Everything that activities touch the world through. Made by the worker; tests make their own. */
export interface ActivityDependencies {
  /** Milliseconds since 1970: the one clock that decides. */
  readonly clock: () => number;
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  readonly secrets: SecretStore;
  readonly keys: KeyRing;
  /** The HTTP client, by environment: production speaks https only. */
  readonly pools: (environment: CounterpartProfile['environment']) => HttpPools;
  readonly temporal: Client;
  readonly log: EventLog;
  /** Where deliveries (NDJSON, `.eml`) are written in clear, for S3 on their way. */
  readonly deliveriesDir: string;
  /** Where the deliveries of receive batches go, each below it under the id of its batch. */
  readonly deliverTo: DeliveryPlace;
  /** Aborted when this worker is told to stop: slices then end after the request in flight. */
  readonly stopping: AbortSignal;
  readonly checkpoint?: (name: Checkpoint) => void | Promise<void>;
}
