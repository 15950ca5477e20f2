import { DatabaseSync } from 'node:sqlite';

import { describe, expect, test } from 'vitest';

import { asCounterpartId, asObjectKey } from '../../../schemas/ids.ts';
import { counterpartId, startMs, temporaryLedger } from './temporary-ledger.ts';

const attempted = { kind: 'attempted', messageId: '<1@x>', mailObject: asObjectKey('evidence/x/1') } as const;
const answered = { kind: 'answered', messageId: '<1@x>', outcome: 'accepted' } as const;

describe('the onboarding of a counterpart', () => {
  test('is kept event by event, with who and when, and apart from other counterparts', async () => {
    const { ledger, openAgain } = await temporaryLedger();
    const at = new Date(startMs).toISOString();
    await ledger.onboarding.append(counterpartId, attempted, { actor: 'jo', after: 0 });
    await ledger.onboarding.append(counterpartId, answered, { actor: 'jo', after: 1 });
    await ledger.onboarding.append(asCounterpartId('another'), { kind: 'granted' }, { actor: 'kim', after: 0 });
    const { onboarding } = await openAgain();
    expect(await onboarding.events(counterpartId)).toEqual([
      { ...attempted, seq: 1, actor: 'jo', at },
      { ...answered, seq: 2, actor: 'jo', at },
    ]);
    expect(await onboarding.counterparts()).toEqual(['another', counterpartId]);
  });

  test('takes nothing from a writer that has not seen the last event', async () => {
    const { ledger, openAgain } = await temporaryLedger();
    const other = await openAgain();
    const append = (to: typeof ledger) => to.onboarding.append(counterpartId, attempted, { actor: 'jo', after: 0 });
    const both = await Promise.all([append(ledger), append(other)]);
    expect(both.filter((event) => event !== undefined)).toHaveLength(1);
    expect(await append(ledger)).toBeUndefined();
    expect(await ledger.onboarding.events(counterpartId)).toHaveLength(1);
  });

  test('has its table in a ledger that was made before there was one', async () => {
    const { path, openAgain } = await temporaryLedger();
    const database = new DatabaseSync(path);
    database.exec('drop table onboarding; drop table handed_in_token; drop table batch_purge');
    database.exec('create table sent_resource (transfer_id text)');
    database.exec('drop table member_lease; create table lease (transfer_id text)');
    database.exec('alter table link drop column verifier_secret_id');
    database.exec('alter table batch drop column is_update; alter table batch drop column update_of');
    database.exec("delete from kysely_migration where name > '001-frame'");
    database.close();
    const { onboarding } = await openAgain();
    await onboarding.append(counterpartId, { kind: 'granted' }, { actor: 'jo', after: 0 });
    expect(await onboarding.events(counterpartId)).toMatchObject([{ kind: 'granted' }]);
  });
});
