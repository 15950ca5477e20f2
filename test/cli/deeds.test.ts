import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openDataDir } from '../../adapters/data-dir/open-data-dir.ts';
import { approvalRequested, lostBundle, prepared, recordBatch, type RecordedBatch } from './recorded-batch.ts';
import { newWorkplace, runCarryover, type Ran, type Workplace } from './run-carryover.ts';

let place: Workplace;
let batch: RecordedBatch;
const waiting = [prepared, approvalRequested];
beforeAll(async () => {
  place = await newWorkplace();
  batch = await recordBatch(place.dataDir, 'send', [waiting, waiting, waiting, waiting, waiting, lostBundle]);
});
afterAll(async () => place.remove());

const run = (args: readonly string[], input = '') => runCarryover([...args, '--data-dir', place.dataDir], { input });
const row = (number: number): string => batch.transferIds[number - 1] ?? '';

async function stateOf(transferId: string): Promise<string> {
  const { stdout } = await run(['show', transferId, '--json']);
  return (JSON.parse(stdout) as { transfer: { state: string } }).transfer.state;
}

function expectRecorded(ran: Ran): void {
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toContain('is recorded.');
  expect(ran.stdout).toContain('goes on by itself once');
  expect(ran.exitCode).toBe(4);
}

test('an approval is recorded while nothing runs; a second, contrary one is refused', async () => {
  expectRecorded(await run(['approve', row(1), '--decision', 'approve']));
  expect(await stateOf(row(1))).toBe('token-waiting');
  const second = await run(['approve', row(1), '--decision', 'refuse']);
  expect(second.exitCode).toBe(7);
  expect(second.stderr).toContain('DEED_NOT_EXPECTED');
  expect(second.stderr).toContain('Nothing was recorded.');
});

test('a token is taken from standard input, sealed, and shown nowhere', async () => {
  const ran = await run(['token', row(1)], 'token-canary-1\n');
  expectRecorded(ran);
  expect(ran.stdout).not.toContain('token-canary');
  const ledger = await readFile(join(place.dataDir, 'ledger.sqlite'));
  expect(ledger.includes('token-canary-1')).toBe(false);

  const elsewhere = await run(['token', row(2)], 'token-canary-1');
  expect(elsewhere.stderr).toContain('TOKEN_USED_ELSEWHERE');
  expect(elsewhere.exitCode).toBe(7);
});

test('a token that is no token, that is old, or whose mail names another origin is refused', async () => {
  const code = async (args: readonly string[], token: string) => {
    const { stderr, stdout } = await run(['token', row(2), ...args], token);
    expect(stdout + stderr).not.toContain('bad token');
    return /code {5}(\w+)/.exec(stderr)?.[1];
  };
  expect(await code([], 'bad token')).toBe('TOKEN_INVALID');
  expect(await code([], '')).toBe('TOKEN_INVALID');
  expect(await code(['--mailed-at', '2020-01-01T00:00:00Z'], 'abc')).toBe('TOKEN_EXPIRED');
  expect(await code(['--mailed-at', '2020-01-01'], 'abc')).toBe('USAGE');
  expect(await code(['--post-base-url', 'https://elsewhere.example/r4'], 'abc')).toBe('TOKEN_ORIGIN_REFUSED');
  expect(await stateOf(row(2))).toBe('approval-requested');
});

test('decisions from a CSV file: each line has its own outcome, and cells are not repeated', async () => {
  const csv = await place.file(
    'decisions.csv',
    'row_id,decision\nrow-2,changes\nrow-99,approve\nrow-3,decision-canary\n',
  );
  const ran = await run(['approve', '--csv', csv, '--batch', batch.batchId, '--json']);
  expect(ran.exitCode).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    rows: [
      { line: 2, outcome: 'recorded', code: null },
      { line: 3, outcome: 'refused', code: 'TRANSFER_NOT_FOUND' },
      { line: 4, outcome: 'refused', code: 'USAGE' },
    ],
  });
  expect(ran.stdout + ran.stderr).not.toMatch(/row-99|decision-canary/);
});

test('tokens from a CSV file are handed in by row id or transfer id', async () => {
  const csv = await place.file(
    'tokens.csv',
    `row_id,transfer_id,token\nrow-3,,token-canary-3\n,${row(4)},token-canary-4\n`,
  );
  const ran = await run(['token', '--csv', csv, '--batch', batch.batchId]);
  expect(ran.exitCode).toBe(4);
  expect(ran.stdout + ran.stderr).not.toContain('token-canary');
  expect(await Promise.all([stateOf(row(3)), stateOf(row(4))])).toEqual(['token-waiting', 'token-waiting']);
});

test('corrections replace the given cells only, and bad ones are refused with line and column', async () => {
  const bad = await place.file('bad.csv', 'family,birth_date\nNewName,canary-date\n');
  const refused = await run(['resubmit', row(2), '--corrections', bad]);
  expect(refused.stderr).toContain(`where    ${bad}, line 2, column birth_date`);
  expect(refused.stderr).not.toContain('canary-date');

  const good = await place.file('good.csv', 'row_id,family\nrow-2,NewName\n');
  expectRecorded(await run(['resubmit', row(2), '--corrections', good]));
  const dataDir = await openDataDir(place.dataDir);
  const { transferIds } = batch;
  const events = await dataDir.ledger.events(transferIds[1] ?? ('' as never));
  const body = events.map((event) => event.body).find(({ kind }) => kind === 'resubmitted');
  if (body?.kind !== 'resubmitted') throw new Error('no resubmission was recorded');
  const record = JSON.parse((await dataDir.objects.get(body.recordObject)).toString()) as object;
  await dataDir.close();
  expect(record).toMatchObject({ family: 'NewName', given: 'GivenCanary1', birthDate: '1984-03-02' });
});

test('a file that names another row than the transfer corrects nothing', async () => {
  const other = await place.file('other.csv', 'row_id,family\nrow-1,NewName\n');
  expect((await run(['resubmit', row(2), '--corrections', other])).stderr).toContain('column row_id');
});

test('pause, resume and cancel are recorded', async () => {
  expectRecorded(await run(['pause', row(5)]));
  expect(await stateOf(row(5))).toBe('paused');
  expectRecorded(await run(['resume', row(5)]));
  expect(await stateOf(row(5))).toBe('approval-requested');
  expectRecorded(await run(['cancel', row(5)]));
});

test('a decision about unknown writes needs a reason, and is recorded with it', async () => {
  expect((await run(['decide', row(6), '--decision', 'accept'])).exitCode).toBe(2);
  expectRecorded(await run(['decide', row(6), '--decision', 'accept', '--why', 'the counterpart confirmed by phone']));
  const ledger = await readFile(join(place.dataDir, 'ledger.sqlite'));
  expect(ledger.includes('confirmed by phone')).toBe(false);
});

test('links of a receive batch: once each, in a private file, with harmless cells', async () => {
  const received = await recordBatch(place.dataDir, 'receive', [[], []]);
  const [issued] = received.transferIds;
  if (issued === undefined) throw new Error('nothing was recorded');
  const { ledger, secrets, keys, close } = await openDataDir(place.dataDir);
  const expiresAtMs = Date.now() + 60_000;
  const state = secrets.prepare({ transferId: issued, kind: 'link-state', value: 'state-canary', expiresAtMs });
  const link = { stateHash: keys.linkStateHash('state-canary'), transferId: issued, revision: 1, state, expiresAtMs };
  await ledger.links.issue(link);
  await close();

  const file = join(place.dir, 'links.csv');
  expect((await run(['links', received.batchId, '--out', file])).stdout).toContain('1 links written');
  const [header, line] = (await readFile(file, 'utf8')).split('\r\n');
  expect(header).toBe('row_id,email,url,expires_at,mailed');
  expect(line).toContain(
    'row-1,mail-canary-0@example.com,http://127.0.0.1:9/oauth2/authorize/payer2payer?client_id=client-a&state=state-canary&',
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
