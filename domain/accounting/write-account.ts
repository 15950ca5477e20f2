import type { EntryAnswer } from '../../schemas/ledger-events.ts';

/** What became of one planned resource. Absent: open. `c` confirmed, `r` refused, `u` unknown, `a` unknown and accepted as such, `w` withheld later. */
type Fate = 'c' | 'r' | 'u' | 'a' | 'w';

/**
 * The write side of a transfer: the fate of every ordinal that is no longer open, and which try each unknown belongs to.
 * Plain JSON, so that it can be stored with the transfer and rebuilt from its events.
 */
export interface WriteAccount {
  readonly fates: Readonly<Record<number, Fate>>;
  /** Ids that the counterpart assigned or confirmed, by ordinal. */
  readonly storedIds: Readonly<Record<number, string>>;
  /** Tries that were begun and are not settled: their ordinals are unknown. */
  readonly openTries: Readonly<Record<string, readonly number[]>>;
  /** How many tries each bundle has had, by subject. */
  readonly tries: Readonly<Record<string, number>>;
  readonly counts: {
    readonly confirmed: number;
    readonly refused: number;
    readonly unknown: number;
    readonly withheld: number;
  };
}

export const noWrites: WriteAccount = {
  fates: {},
  storedIds: {},
  openTries: {},
  tries: {},
  counts: { confirmed: 0, refused: 0, unknown: 0, withheld: 0 },
};

/** A try begins: from here on its resources are unknown until somebody says otherwise. */
export function beginTry(account: WriteAccount, key: string, ordinals: readonly number[]): WriteAccount {
  const subject = key.slice(0, key.lastIndexOf('#'));
  return recount({
    ...account,
    fates: setAll(account.fates, ordinals, 'u'),
    openTries: { ...account.openTries, [key]: ordinals },
    tries: { ...account.tries, [subject]: (account.tries[subject] ?? 0) + 1 },
  });
}

/** The counterpart answered a try. A late answer settles its own try; one that was decided meanwhile changes nothing. */
export function answerTry(account: WriteAccount, key: string, entries: readonly EntryAnswer[]): WriteAccount {
  const pending = new Set(account.openTries[key]);
  const fates: Record<number, Fate> = { ...account.fates };
  const storedIds: Record<number, string> = { ...account.storedIds };
  for (const { ordinal, outcome, storedId } of entries) {
    if (!pending.delete(ordinal)) continue;
    if (outcome === 'confirmed') fates[ordinal] = 'c';
    else if (outcome === 'refused') fates[ordinal] = 'r';
    else if (outcome === 'deferred') delete fates[ordinal];
    if (outcome === 'unknown') pending.add(ordinal);
    if (storedId !== undefined) storedIds[ordinal] = storedId;
  }
  return recount({ ...account, fates, storedIds, openTries: leave(account.openTries, key, [...pending]) });
}

/** A try was certainly not stored: its resources are open again. */
export function releaseTry(account: WriteAccount, key: string): WriteAccount {
  const fates: Record<number, Fate> = { ...account.fates };
  for (const ordinal of account.openTries[key] ?? []) delete fates[ordinal];
  return recount({ ...account, fates, openTries: leave(account.openTries, key, []) });
}

/** A person decided that unknown resources go again. */
export function resendUnknowns(account: WriteAccount, ordinals: readonly number[]): WriteAccount {
  const again = new Set(ordinals.filter((ordinal) => account.fates[ordinal] === 'u'));
  const fates: Record<number, Fate> = { ...account.fates };
  for (const ordinal of again) delete fates[ordinal];
  const openTries: Record<string, readonly number[]> = {};
  for (const [key, pending] of Object.entries(account.openTries)) {
    const left = pending.filter((ordinal) => !again.has(ordinal));
    if (left.length > 0) openTries[key] = left;
  }
  return recount({ ...account, fates, openTries });
}

/** A person decided that unknown resources stay unknown. Their tries stay open for a late answer. */
export function acceptUnknowns(account: WriteAccount, ordinals: readonly number[]): WriteAccount {
  const accepted = ordinals.filter((ordinal) => account.fates[ordinal] === 'u');
  return recount({ ...account, fates: setAll(account.fates, accepted, 'a') });
}

/** Open resources are given up, on purpose and with a reason. */
export function withholdOpen(account: WriteAccount, ordinals: readonly number[]): WriteAccount {
  const open = ordinals.filter((ordinal) => account.fates[ordinal] === undefined);
  return recount({ ...account, fates: setAll(account.fates, open, 'w') });
}

/** The ordinals of a bundle that still have to be posted. */
export function openOrdinals(account: WriteAccount, ordinals: readonly number[]): readonly number[] {
  return ordinals.filter((ordinal) => account.fates[ordinal] === undefined);
}

/** The ordinals whose fate is unknown and undecided. */
export function unknownOrdinals(account: WriteAccount): readonly number[] {
  return Object.entries(account.fates)
    .filter(([, fate]) => fate === 'u')
    .map(([ordinal]) => Number(ordinal));
}

function setAll(fates: WriteAccount['fates'], ordinals: readonly number[], fate: Fate): Readonly<Record<number, Fate>> {
  return { ...fates, ...Object.fromEntries(ordinals.map((ordinal) => [ordinal, fate])) };
}

function leave(
  tries: WriteAccount['openTries'],
  key: string,
  pending: readonly number[],
): Readonly<Record<string, readonly number[]>> {
  const { [key]: _settled, ...others } = tries;
  return pending.length === 0 ? others : { ...others, [key]: pending };
}

function recount(account: WriteAccount): WriteAccount {
  const counts = { confirmed: 0, refused: 0, unknown: 0, withheld: 0 };
  for (const fate of Object.values(account.fates)) {
    if (fate === 'c') counts.confirmed += 1;
    else if (fate === 'r') counts.refused += 1;
    else if (fate === 'w') counts.withheld += 1;
    else counts.unknown += 1;
  }
  return { ...account, counts };
}
