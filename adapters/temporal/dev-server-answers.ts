import { setTimeout as delay } from 'node:timers/promises';

import { Connection } from '@temporalio/client';

import type { DevServerOptions } from './dev-server-arguments.ts';

const lookEveryMs = 100;
const answerWithinMs = 1_000;

/** Waits until the server serves the default namespace and knows the search attributes; both come some time after its port opens. */
export async function devServerAnswers(
  address: string,
  searchAttributes: DevServerOptions['searchAttributes'],
  signal: AbortSignal,
): Promise<'answers'> {
  const connection = Connection.lazy({ address });
  try {
    while (!signal.aborted) {
      if (await isReady(connection, searchAttributes)) return 'answers';
      await delay(lookEveryMs);
    }
    return 'answers';
  } finally {
    await connection.close();
  }
}

async function isReady(
  connection: Connection,
  searchAttributes: DevServerOptions['searchAttributes'],
): Promise<boolean> {
  try {
    const known = await connection.withDeadline(Date.now() + answerWithinMs, () =>
      connection.operatorService.listSearchAttributes({ namespace: 'default' }),
    );
    return searchAttributes.every((key) => Object.hasOwn(known.customAttributes, key.name));
  } catch {
    return false;
  }
}
