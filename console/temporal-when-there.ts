import { Client, type Connection } from '@temporalio/client';

import type { KeyRing } from '../adapters/keys/key-ring.ts';
import { connectTemporal } from '../adapters/temporal/connection.ts';
import { createDataConverter } from '../adapters/temporal/data-converter.ts';

const againAfterMs = 5_000;
const timeoutMs = 2_000;

/** A Temporal client as soon as Temporal is there; until then callbacks are recorded all the same. */
export function temporalWhenThere({
  address,
  keys,
}: {
  readonly address: string | undefined;
  readonly keys: KeyRing;
}): {
  client(): Client | undefined;
  close(): Promise<void>;
} {
  let connected: { readonly connection: Connection; readonly client: Client } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<void> => {
    try {
      const { connection, namespace } = await connectTemporal({
        timeoutMs,
        ...(address === undefined ? {} : { address }),
      });
      if (closed) return await connection.close();
      connected = {
        connection,
        client: new Client({ connection, namespace, dataConverter: createDataConverter(keys) }),
      };
    } catch {
      if (!closed) timer = setTimeout(() => void connect(), againAfterMs).unref();
    }
  };
  void connect();

  return {
    client: () => connected?.client,
    async close() {
      closed = true;
      clearTimeout(timer);
      // An attempt under way sees that it comes too late, and closes what it got.
      await connected?.connection.close();
    },
  };
}
