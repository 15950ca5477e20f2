import { expect, test } from 'vitest';

import { postResource } from '../../../adapters/oneup/post-bundle.ts';
import { httpAnswer, isWholeRequest } from '../http/support/raw-server.ts';
import { pools, rawServer } from './support/posting.ts';

test('whatever the other side does to its sockets, no POST goes out twice and none that is unsent was seen', async () => {
  const rounds = 300;
  let dice = 7;
  const roll = (sides: number): number => (dice = (dice * 48_271) % 2_147_483_647) % sides;
  const server = await rawServer({
    onConnection: ({ socket }) => void (roll(12) === 0 && socket.resetAndDestroy()),
    onData: ({ socket, received }) => {
      const deed = roll(8);
      if (deed === 0) return void socket.resetAndDestroy();
      if (!isWholeRequest(received)) return undefined;
      if (deed === 1) return void socket.end();
      if (deed === 2) return void socket.end(httpAnswer(200, 'ok'));
      socket.write(httpAnswer(200, 'ok'));
      if (deed === 3) setImmediate(() => socket.resetAndDestroy());
      if (deed === 4) setImmediate(() => socket.end());
      if (deed === 5) setTimeout(() => socket.destroy(), roll(3));
      return undefined;
    },
  });
  const through = pools({ connections: 3 });
  const outcomes: { name: string; kind: string }[] = [];

  const worker = async (lane: number): Promise<void> => {
    for (let round = lane; round < rounds; round += 6) {
      const name = `Round${round}x`;
      const { kind } = await postResource({
        pools: through,
        fhirBaseUrl: server.origin,
        resourceType: name,
        accessToken: 't',
        body: Buffer.alloc(roll(3) * 40_000 + 2, 0x20),
        timeoutMs: 5_000,
      });
      outcomes.push({ name, kind });
      if (roll(4) === 0) await new Promise((resolve) => setTimeout(resolve, roll(3)));
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5].map(worker));

  const seen = outcomes.map(({ name, kind }) => ({ name, kind, times: server.count(`POST /${name} `) }));
  expect(seen.filter(({ times }) => times > 1)).toEqual([]);
  expect(seen.filter(({ kind, times }) => kind === 'unsent' && times > 0)).toEqual([]);
  expect(seen.filter(({ kind, times }) => kind === 'answered' && times !== 1)).toEqual([]);
  expect(new Set(seen.map(({ kind }) => kind))).toContain('lost');
  expect(seen).toHaveLength(rounds);
});
