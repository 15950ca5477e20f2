import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { openFileObjectStore } from '../../../adapters/objects/file-object-store.ts';
import { alreadySent } from '../../../adapters/plans/already-sent.ts';
import { planObjectOf } from '../../../adapters/plans/open-plan.ts';
import { asDeedId, type TransferId } from '../../../schemas/ids.ts';
import type { EntryAnswer } from '../../../schemas/ledger-events.ts';
import type { Plan } from '../../../schemas/plan.ts';
import { attempted, counterpartId, event, prepared, recordBatch, temporaryLedger } from '../ledger/temporary-ledger.ts';

describe('what was sent to a counterpart', () => {
  test('counts as sent for other transfers of the member only once it is confirmed, with the id that the counterpart gave', async () => {
    const { first, answer, ask } = await twoTransfersOfAMember();
    expect(await ask()).toEqual(new Map());

    await answer([
      { ordinal: 0, outcome: 'confirmed', status: 201, storedId: 'theirs' },
      { ordinal: 1, outcome: 'refused', status: 422 },
    ]);

    expect(await ask()).toEqual(new Map([['key-0', { storedId: 'theirs' }]]));
    expect(await ask({ except: first })).toEqual(new Map());
    expect(await ask({ memberKey: 'member-3' })).toEqual(new Map());
  });

  test('a try that was lost and is answered late counts from then on', async () => {
    const { ledger, first, answer, ask } = await twoTransfersOfAMember();
    await ledger.append(first, event({ kind: 'lost', bundle: 1, cause: 'time-out', ordinals: [0, 1] }, 'bundle/1'));
    expect(await ask()).toEqual(new Map());
    await answer([
      { ordinal: 0, outcome: 'confirmed', status: 201 },
      { ordinal: 1, outcome: 'confirmed', status: 201 },
    ]);
    expect([...(await ask()).keys()]).toEqual(['key-0', 'key-1']);
  });

  test('what was accepted as unknown counts, too, as something that may be there: it must not go a second time', async () => {
    const { ledger, first, answer, ask } = await twoTransfersOfAMember();
    await answer([{ ordinal: 0, outcome: 'confirmed', status: 201, storedId: 'theirs' }]);
    const decided = { kind: 'unknowns-decided', deedId: asDeedId('d1'), decision: 'accept', ordinals: [1] } as const;
    await ledger.append(first, event(decided, 'deed/d1'));
    expect(await ask()).toEqual(
      new Map<string, object>([
        ['key-0', { storedId: 'theirs' }],
        ['key-1', { acceptedUnknown: true }],
      ]),
    );
  });

  test('has the id that we fixed where the counterpart said no other, and none where it assigns them', async () => {
    const said = [{ ordinal: 0, outcome: 'confirmed', status: 201 }] as const;
    const ours = await twoTransfersOfAMember('caller');
    await ours.answer(said);
    expect(await ours.ask()).toEqual(new Map([['key-0', { storedId: 'ours-0' }]]));
    const theirs = await twoTransfersOfAMember('server');
    await theirs.answer(said);
    expect(await theirs.ask()).toEqual(new Map([['key-0', {}]]));
  });
});

/** One transfer of a member that has attempted its two resources; what may be asked for is what others see of it. */
async function twoTransfersOfAMember(idAssignment: Plan['idAssignment'] = 'server') {
  const { ledger, keys } = await temporaryLedger();
  const directory = await mkdtemp(join(tmpdir(), 'carryover-plans-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const objects = openFileObjectStore({ directory, keys });
  const [first] = (await recordBatch(ledger)).transferIds;
  const resources = [0, 1].map((ordinal) => ({
    ordinal,
    resourceKey: `key-${ordinal}`,
    targetId: `ours-${ordinal}`,
  }));
  await objects.put(planObjectOf(first), Buffer.from(JSON.stringify({ idAssignment, resources })));
  await ledger.append(first, prepared(2));
  await ledger.append(first, attempted(1, 0, [0, 1]));
  return {
    ledger,
    first,
    answer: (entries: readonly EntryAnswer[]) =>
      ledger.append(first, event({ kind: 'answered', bundle: 1, status: 200, entries }, 'bundle/1')),
    ask: (of: { readonly memberKey?: string; readonly except?: TransferId } = {}) =>
      alreadySent({ ledger, objects }, { counterpartId, memberKey: 'member-2', ...of }),
  };
}
