import { describe, expect, test } from 'vitest';

import { openSecretStore } from '../../../adapters/secrets/secret-store.ts';
import { recordBatch, startMs, temporaryLedger, transferIdOf } from './temporary-ledger.ts';

const lifetimeMs = 60_000;

async function issued() {
  const temporary = await temporaryLedger();
  const { ledger, keys } = temporary;
  const [transferId] = (await recordBatch(ledger, 1, 'b1', 'receive')).transferIds;
  const secrets = openSecretStore({ ledger, keys });
  const issue = async (revision: number, value: string) =>
    await ledger.links.issue({
      stateHash: keys.linkStateHash(value),
      transferId,
      revision,
      expiresAtMs: temporary.clock.nowMs + lifetimeMs,
      state: secrets.prepare({
        transferId,
        kind: 'link-state',
        value,
        expiresAtMs: temporary.clock.nowMs + lifetimeMs,
      }),
    });
  await issue(1, 'state-one');
  const use = async (value: string) => await ledger.links.use(keys.linkStateHash(value), temporary.clock.nowMs);
  return { ...temporary, transferId, secrets, issue, use };
}

describe('authorization links', () => {
  test('that were used are told apart from those that a newer one has taken the place of', async () => {
    const { issue, use, clock } = await issued();
    await use('state-one');
    expect(await use('state-one')).toEqual({ kind: 'used' });
    await issue(2, 'state-two');
    expect(await use('state-one')).toEqual({ kind: 'replaced' });
    clock.nowMs += lifetimeMs;
    expect(await use('state-one')).toEqual({ kind: 'used' });
  });

  test('are issued with their event, and their state can be opened again', async () => {
    const { ledger, keys, transferId, secrets } = await issued();
    const link = await ledger.links.current(transferId);
    expect(link).toMatchObject({ transferId, revision: 1, expiresAtMs: startMs + lifetimeMs });
    expect(await ledger.links.find(keys.linkStateHash('state-one'))).toEqual(link);
    expect((await ledger.events(transferId)).at(-1)).toMatchObject({
      subject: 'revision/1',
      body: { kind: 'link-issued', revision: 1, stateHash: link?.stateHash },
    });
    expect((await secrets.open(link!.secretId))?.value).toBe('state-one');
  });

  test('are issued with a code verifier where there is one, and asked again the first one stands', async () => {
    const { ledger, keys, transferId, secrets, issue } = await issued();
    const withVerifier = async (value: string) => {
      const secret = { transferId, expiresAtMs: startMs + lifetimeMs };
      await ledger.links.issue({
        stateHash: keys.linkStateHash(value),
        transferId,
        revision: 2,
        expiresAtMs: startMs + lifetimeMs,
        state: secrets.prepare({ ...secret, kind: 'link-state', value }),
        verifier: secrets.prepare({ ...secret, kind: 'code-verifier', value: `verifier of ${value}` }),
      });
      return ledger.links.ofRevision(transferId, 2);
    };
    const first = await withVerifier('state-two');
    expect(await withVerifier('state-three')).toEqual(first);
    expect((await secrets.open(first!.verifierId!))?.value).toBe('verifier of state-two');
    expect(await ledger.links.ofRevision(transferId, 1)).not.toHaveProperty('verifierId');
    expect(await ledger.links.ofRevision(transferId, 3)).toBeUndefined();
    await issue(3, 'state-four');
    expect(await ledger.links.current(transferId)).not.toHaveProperty('verifierId');
  });

  test('are used once, whoever else tries at the same moment', async () => {
    const { keys, openAgain, ledger, transferId } = await issued();
    const hands = [ledger, await openAgain(), await openAgain(), await openAgain()];
    const uses = await Promise.all(
      [...hands, ...hands].map(async (hand) => await hand.links.use(keys.linkStateHash('state-one'), startMs)),
    );
    expect(uses.filter(({ kind }) => kind === 'ok')).toEqual([{ kind: 'ok', transferId, revision: 1 }]);
    expect(uses.filter(({ kind }) => kind === 'used')).toHaveLength(7);
  });

  test('are refused when nobody issued them and when they are past their life', async () => {
    const { clock, use } = await issued();
    expect(await use('state-two')).toEqual({ kind: 'unknown' });
    clock.nowMs += lifetimeMs;
    expect(await use('state-one')).toEqual({ kind: 'expired' });
  });

  test('of one revision exist once: a repeat gives the first one back', async () => {
    const { issue, ledger, transferId, use } = await issued();
    const repeated = await issue(1, 'state-other');
    expect(repeated).toEqual({ kind: 'repeated', link: await ledger.links.current(transferId) });
    expect(await use('state-other')).toEqual({ kind: 'unknown' });
    expect(await use('state-one')).toMatchObject({ kind: 'ok' });
  });

  test('stop working when a later one is issued', async () => {
    const { issue, use, ledger, transferId } = await issued();
    await issue(2, 'state-two');
    expect(await use('state-one')).toEqual({ kind: 'replaced' });
    expect(await use('state-two')).toEqual({ kind: 'ok', transferId, revision: 2 });
    // There is no newer one to open any more.
    expect(await use('state-one')).toEqual({ kind: 'expired' });
    expect(await ledger.links.current(transferId)).toMatchObject({ revision: 2, usedAt: '2026-03-02T08:00:00.000Z' });
    expect(await ledger.links.current(transferIdOf('none', 2))).toBeUndefined();
  });
});
