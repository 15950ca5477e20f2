import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openDataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { planObjectOf } from '../../adapters/plans/open-plan.ts';
import { asObjectKey, type TransferId } from '../../schemas/ids.ts';
import type { LedgerEvent, LedgerEventBody } from '../../schemas/ledger-events.ts';
import { lostBundle, prepared, recordBatch, type RecordedBatch } from './recorded-batch.ts';
import { newWorkplace, runCarryover, type Workplace } from './run-carryover.ts';

const attempted = (bundle: number, ordinals: readonly number[]): LedgerEventBody => ({
  kind: 'attempted',
  bundle,
  fence: 0,
  ordinals,
  bodyHash: `body-hash-${bundle}`,
  tokenFingerprint: 'token-fingerprint',
});

/** One bundle without its answer, and one whose worker died. */
const twoCauses: readonly LedgerEventBody[] = [
  prepared,
  attempted(1, [0, 1]),
  { kind: 'lost', bundle: 1, cause: 'time-out', ordinals: [0, 1] },
  attempted(2, [2]),
  { kind: 'unknowns-found', count: 3 },
];
const cancelled: readonly LedgerEventBody[] = [
  prepared,
  attempted(1, [0, 1, 2]),
  { kind: 'lost', bundle: 1, cause: 'time-out', ordinals: [0, 1, 2] },
  { kind: 'closed', state: 'cancelled' },
];
const settled: readonly LedgerEventBody[] = [prepared];

/** What a decision looks at of a plan whose ids the counterpart assigns. */
const linkedPlan = {
  idAssignment: 'server',
  resources: [[], [0], [0]].map((dependsOn, ordinal) => ({ ordinal, dependsOn, fate: { kind: 'send', bundle: 1 } })),
  bundles: [{ bundle: 1, ordinals: [0, 1, 2] }],
};

let place: Workplace;
let batch: RecordedBatch;
beforeEach(async () => {
  place = await newWorkplace();
  batch = await recordBatch(place.dataDir, 'send', [twoCauses, lostBundle, cancelled, settled]);
});
afterEach(async () => place.remove());

const run = (...args: readonly string[]) => runCarryover(['decide', ...args, '--data-dir', place.dataDir]);
const row = (number: number): TransferId => batch.transferIds[number - 1] ?? ('' as TransferId);

async function documentOf(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number | null; readonly document: unknown }> {
  const { stdout, exitCode } = await run(...args, '--json');
  return { exitCode, document: JSON.parse(stdout) as unknown };
}

/** The ledger as it is now: the state of a transfer, its decisions, and the signals that wait for a worker. */
async function ledgerOf(transferId: TransferId) {
  const { ledger, objects, close } = await openDataDir(place.dataDir);
  const { projection, state } = await ledger.transfers.get(transferId);
  const decisions = (await ledger.events(transferId)).filter(isDecision);
  const reasons: string[] = [];
  for (const { body } of decisions)
    reasons.push((await objects.get(body.noteObject ?? asObjectKey('note/none'))).toString());
  const signals = (await ledger.deeds.undelivered({ limit: 100 })).filter((deed) => deed.transferId === transferId);
  const withheld = (await ledger.events(transferId)).map(({ body }) => body).filter(isWithheld);
  await close();
  return {
    state,
    counts: projection.counts,
    decisions,
    withheld,
    reasons,
    signals: signals.map(({ payload }) => payload),
  };
}

type Decision = LedgerEvent & { readonly body: Extract<LedgerEventBody, { kind: 'unknowns-decided' }> };

function isWithheld({ kind }: LedgerEventBody): boolean {
  return kind === 'withheld-later';
}

function isDecision(event: LedgerEvent): event is Decision {
  return event.body.kind === 'unknowns-decided';
}

test('without a decision it lists what is known of each unknown resource, and nothing of the member', async () => {
  const { objects, close } = await openDataDir(place.dataDir);
  const resources = ['Patient', 'Condition', 'Observation'].map((resourceType, ordinal) => ({ ordinal, resourceType }));
  await objects.put(planObjectOf(row(1)), Buffer.from(JSON.stringify({ resources, json: 'plan-canary' })));
  await close();

  const { document, exitCode } = await documentOf(row(1));
  expect(exitCode).toBe(5);
  expect(document).toMatchObject({ transferId: row(1), line: 2, state: 'needs-decision', mayResend: true });
  const { unknowns } = document as { unknowns: readonly { readonly attemptedAt: string }[] };
  const known = { tryNumber: 1, tokenFingerprint: 'token-fingerprint', attemptedAt: unknowns[0]?.attemptedAt };
  expect(unknowns).toMatchObject([
    { ...known, ordinal: 0, resourceType: 'Patient', bundle: 1, cause: 'time-out', bodyHash: 'body-hash-1' },
    { ...known, ordinal: 1, resourceType: 'Condition', bundle: 1, cause: 'time-out', bodyHash: 'body-hash-1' },
    { ordinal: 2, resourceType: 'Observation', bundle: 2, cause: 'crash', bodyHash: 'body-hash-2' },
  ]);

  const { stdout } = await run(row(1).slice(0, 12));
  expect(stdout).toMatch(/1 {2}Condition {2,}1 {2,}1 {2}20\S+Z {2}time-out {2}token-finger {2}body-hash-1/);
  expect(stdout + JSON.stringify(document)).not.toMatch(/canary/i);
});

test('the types are left out where the plan is gone, and a transfer without unknowns says so with exit 0', async () => {
  const { document } = await documentOf(row(2));
  expect(document).toMatchObject({ unknowns: [{ resourceType: null }, {}, {}] });
  expect(await documentOf(row(4))).toMatchObject({ exitCode: 0, document: { unknowns: [] } });
});

test('a batch is listed by the cause of the loss, with transfers that ended before a decision', async () => {
  const { document, exitCode } = await documentOf('--batch', 'aaaa');
  expect(exitCode).toBe(5);
  expect(document).toMatchObject({
    causes: [
      { cause: 'time-out', unknown: 5, transfers: 2 },
      { cause: 'reset', unknown: 3, transfers: 1 },
      { cause: 'crash', unknown: 1, transfers: 1 },
    ],
    transfers: [
      { line: 2, unknown: 3, causes: { 'time-out': 2, crash: 1 }, mayResend: true },
      { line: 3, unknown: 3, causes: { reset: 3 }, mayResend: true },
      { line: 4, unknown: 3, causes: { 'time-out': 3 }, mayResend: false },
    ],
  });
  const { stdout } = await run('--batch', 'aaaa');
  expect(stdout.match(/^Lost by .*$/gm)).toEqual(['Lost by time-out', 'Lost by reset', 'Lost by crash']);
});

test('a whole batch is accepted in one go, each transfer with the same reason and the rule', async () => {
  const why = await place.file('why.txt', 'the reviewer counted them\n');
  const { document, exitCode } = await documentOf('--batch', 'aaaa', '--decision', 'accept', '--why-file', why);
  expect(exitCode).toBe(4);
  expect(document).toMatchObject({
    undecided: 0,
    notice: expect.stringContaining('goes on by itself') as string,
    transfers: [
      { line: 2, outcome: 'recorded', decided: 3 },
      { line: 3, outcome: 'recorded', decided: 3 },
      { line: 4, outcome: 'recorded', decided: 3 },
    ],
  });
  for (const number of [1, 2, 3]) {
    const { decisions, reasons, counts } = await ledgerOf(row(number));
    expect(decisions.map(({ body }) => body.rule)).toEqual([`batch ${batch.batchId}, every cause`]);
    expect(reasons).toEqual(['the reviewer counted them']);
    expect(counts.unknown).toBe(3);
  }
  expect((await ledgerOf(row(3))).state).toBe('cancelled');
  const { stdout } = await runCarryover(['show', row(1), '--data-dir', place.dataDir]);
  const told =
    'unknowns decided: accept, 3 resources (by rule: batch aaaa0000000000000001, every cause); the transfer closes';
  expect(stdout).toContain(told);
  expect(await run('--batch', 'aaaa')).toMatchObject({ exitCode: 0, stdout: 'Nothing needs a decision.\n' });
});

test('by cause, the rest of a transfer stays undecided, and it is told only when nothing is left', async () => {
  const byRule = ['--batch', 'aaaa', '--decision', 'resend', '--why', 'their log has none of these', '--cause'];
  const first = await documentOf(...byRule, 'time-out');
  expect(first.exitCode).toBe(1);
  expect(first.document).toMatchObject({
    undecided: 7,
    notice: null,
    transfers: [
      { line: 2, outcome: 'held', decided: 2, undecided: 1 },
      { line: 4, outcome: 'refused', decided: 0, undecided: 3, code: 'DEED_NOT_EXPECTED' },
    ],
  });
  const held = await ledgerOf(row(1));
  expect(held).toMatchObject({ state: 'needs-decision', counts: { open: 2, unknown: 1 }, signals: [] });
  expect(held.decisions[0]?.body.rule).toBe(`batch ${batch.batchId}, cause time-out`);

  expect(await documentOf(...byRule, 'crash')).toMatchObject({
    exitCode: 5,
    document: { undecided: 6, transfers: [{ line: 2, outcome: 'recorded', decided: 1, undecided: 0 }] },
  });
  expect(await ledgerOf(row(1))).toMatchObject({
    state: 'sending',
    counts: { open: 3, unknown: 0 },
    signals: [{ decision: 'resend' }],
  });
});

test('a part of the unknowns is accepted and the rest resent: the transfer goes on with one word for both', async () => {
  const part = await documentOf(row(1), '--ordinals', '2,0', '--decision', 'resend', '--why', 'not in their log');
  expect(part).toMatchObject({ exitCode: 5, document: { delivery: 'held', decided: [0, 2], undecided: 1 } });
  const rest = await documentOf(row(1), '--decision', 'accept', '--why', 'in their log');
  expect(rest).toMatchObject({ exitCode: 4, document: { delivery: 'recorded', decided: [1], undecided: 0 } });
  expect(await ledgerOf(row(1))).toMatchObject({
    state: 'sending',
    counts: { open: 2, unknown: 1 },
    reasons: ['not in their log', 'in their log'],
    signals: [{ decision: 'resend' }],
  });
});

describe('where the counterpart assigns the ids', () => {
  /** The Patient and two that refer to it; the last one was never posted. */
  beforeEach(async () => {
    await place.remove();
    place = await newWorkplace();
    const events = [prepared, attempted(1, [0, 1]), { kind: 'unknowns-found', count: 2 }] as const;
    batch = await recordBatch(place.dataDir, 'send', [events]);
    const { objects, close } = await openDataDir(place.dataDir);
    await objects.put(planObjectOf(row(1)), Buffer.from(JSON.stringify(linkedPlan)));
    await close();
  });
  const decideAll = ['--decision', 'accept', '--why', 'they have it'];

  test('accepting withholds what can never be linked in the same step, and the transfer closes', async () => {
    const { document, exitCode } = await documentOf(row(1), ...decideAll);
    expect(exitCode).toBe(4);
    expect(document).toMatchObject({ decided: [0, 1], undecided: 0, withheld: 1 });
    const { counts, withheld, decisions, signals } = await ledgerOf(row(1));
    expect(counts).toMatchObject({ open: 0, unknown: 2, withheld: 2 });
    expect(withheld).toEqual([{ kind: 'withheld-later', ordinals: [2], reason: 'depends-on' }]);
    expect(decisions[0]?.body.goesOn).toBe('closing');
    expect(signals).toMatchObject([{ decision: 'accept' }]);
  });

  test('a part that was to be resent, and now cannot be linked, is withheld: the transfer is not told to post', async () => {
    const part = ['--ordinals', '1', '--decision', 'resend', '--why', 'they lack it'];
    expect((await documentOf(row(1), ...part)).document).toMatchObject({ delivery: 'held', withheld: 0 });
    const { stdout } = await run(row(1), ...decideAll);
    expect(stdout).toContain('Decision "accept" (2 that can never be linked are withheld with it)');
    const { counts, state, signals } = await ledgerOf(row(1));
    expect(counts).toMatchObject({ open: 0, unknown: 1, withheld: 3 });
    expect({ state, signals }).toMatchObject({ state: 'needs-decision', signals: [{ decision: 'accept' }] });
  });

  test('what a late answer made linkable is still posted, whatever is decided about the rest', async () => {
    const late = { ordinal: 0, outcome: 'confirmed', status: 201, storedId: 'theirs' } as const;
    const { ledger, close } = await openDataDir(place.dataDir);
    const body = { kind: 'answered', bundle: 1, status: 200, entries: [late] } as const;
    await ledger.append(row(1), { subject: 'bundle/1', tryNumber: 1, actor: 'worker', body });
    await close();
    expect((await documentOf(row(1), ...decideAll)).document).toMatchObject({ decided: [1], withheld: 0 });
    const { counts, state, signals } = await ledgerOf(row(1));
    expect(counts).toMatchObject({ open: 1, unknown: 1, confirmed: 1 });
    expect({ state, signals }).toMatchObject({ state: 'sending', signals: [{ decision: 'resend' }] });
  });
});

test('what is not unknown, was decided already, or belongs to an ended transfer is refused, and nothing is recorded', async () => {
  const code = async (...args: readonly string[]) =>
    /code {5}(\w+)/.exec((await run(...args, '--why', 'w')).stderr)?.[1];
  expect(await code(row(1), '--ordinals', '1,7', '--decision', 'accept')).toBe('USAGE');
  expect(await code(row(1), '--cause', 'reset', '--decision', 'accept')).toBe('USAGE');
  expect(await code(row(3), '--decision', 'resend')).toBe('DEED_NOT_EXPECTED');
  expect(await code(row(4), '--decision', 'accept')).toBe('DEED_NOT_EXPECTED');
  await run(row(1), '--ordinals', '1', '--decision', 'accept', '--why', 'w');
  expect(await code(row(1), '--ordinals', '1', '--decision', 'resend')).toBe('USAGE');
  expect((await ledgerOf(row(1))).decisions).toHaveLength(1);
  expect((await ledgerOf(row(3))).decisions).toEqual([]);
});

test('a cause that nothing was lost by decides nothing', async () => {
  const none = await documentOf('--batch', 'aaaa', '--decision', 'accept', '--why', 'w', '--cause', 'status-500');
  expect(none).toMatchObject({ exitCode: 5, document: { undecided: 9, transfers: [] } });
});

test.each([
  [[]],
  [['aaaabbbb', '--batch', 'aaaa']],
  [['aaaabbbb', '--why', 'w']],
  [['aaaabbbb', '--decision', 'accept']],
  [['aaaabbbb', '--decision', 'accept', '--why', 'w', '--why-file', 'f']],
  [['aaaabbbb', '--decision', 'accept', '--why-file', '/nonexistent/why']],
  [['--batch', 'aaaa', '--ordinals', '1', '--decision', 'accept', '--why', 'w']],
  [['aaaabbbb', '--ordinals', '1;2', '--decision', 'accept', '--why', 'w']],
])('%j is not understood', async (args) => {
  expect((await run(...args)).exitCode).toBe(2);
});

test('reasons are kept sealed and the command prints none of them', async () => {
  const ran = await run('--batch', 'aaaa', '--decision', 'accept', '--why', 'reason-canary');
  expect(ran.stdout + ran.stderr).not.toContain('reason-canary');
  expect((await readFile(join(place.dataDir, 'ledger.sqlite'))).includes('reason-canary')).toBe(false);
});
