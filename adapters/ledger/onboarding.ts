import type { Selectable } from 'kysely';

import { asCounterpartId, asObjectKey, type CounterpartId } from '../../schemas/ids.ts';
import type { EvidenceOutcome, OnboardingBody, OnboardingEvent } from '../../schemas/onboarding.ts';
import { atomically } from './atomically.ts';
import type { LedgerDatabase, LedgerTables } from './tables.ts';

export type Onboarding = ReturnType<typeof onboardingOf>;

/** What happened between us and each counterpart before any member is sent: appended, never changed. */
export function onboardingOf(db: LedgerDatabase, clock: () => number) {
  return {
    /**
     * Appends an event if the counterpart's last one is still the one that the writer has seen (`after`: its seq, 0 where there is
     * none); else gives undefined, and nothing was written. Of several that try at once, one gets through.
     */
    async append(
      counterpartId: CounterpartId,
      body: OnboardingBody,
      { actor, after }: { readonly actor: string; readonly after: number },
    ): Promise<OnboardingEvent | undefined> {
      return await atomically(db, async (transaction) => {
        const last = (await readEvents(transaction, counterpartId)).at(-1)?.seq ?? 0;
        if (last !== after) return undefined;
        const event = { ...body, seq: after + 1, actor, at: new Date(clock()).toISOString() };
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('onboarding')
          .values(rowOf(counterpartId, event))
          .onConflict((conflict) => conflict.columns(['counterpart_id', 'seq']).doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows === 1n ? event : undefined;
      });
    },

    /** The events of a counterpart, oldest first. */
    events: async (counterpartId: CounterpartId): Promise<readonly OnboardingEvent[]> =>
      await readEvents(db, counterpartId),

    /** The counterparts of which anything was recorded, sorted. */
    async counterparts(): Promise<readonly CounterpartId[]> {
      const rows = await db.selectFrom('onboarding').select('counterpart_id').distinct().execute();
      return rows.map((row) => asCounterpartId(row.counterpart_id)).toSorted();
    },
  };
}

async function readEvents(db: LedgerDatabase, counterpartId: CounterpartId): Promise<readonly OnboardingEvent[]> {
  const rows = await db
    .selectFrom('onboarding')
    .selectAll()
    .where('counterpart_id', '=', counterpartId)
    .orderBy('seq')
    .execute();
  return rows.map(eventOf);
}

type Row = Selectable<LedgerTables['onboarding']>;

function rowOf(counterpartId: CounterpartId, event: OnboardingEvent): Row {
  return {
    counterpart_id: counterpartId,
    seq: event.seq,
    kind: event.kind,
    message_id: event.kind === 'granted' ? null : event.messageId,
    mail_object: event.kind === 'attempted' ? event.mailObject : null,
    outcome: event.kind === 'answered' ? event.outcome : null,
    actor: event.actor,
    at: event.at,
  };
}

function eventOf(row: Row): OnboardingEvent {
  const { seq, actor, at } = row;
  const messageId = row.message_id ?? '';
  switch (row.kind) {
    case 'attempted':
      return { kind: 'attempted', messageId, mailObject: asObjectKey(row.mail_object ?? ''), seq, actor, at };
    case 'answered':
      return { kind: 'answered', messageId, outcome: row.outcome as EvidenceOutcome, seq, actor, at };
    case 'granted':
      return { kind: 'granted', seq, actor, at };
  }
}
