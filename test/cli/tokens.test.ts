import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openDataDir, type DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import type { TransferId } from '../../schemas/ids.ts';
import { approvalRequested, prepared, recordBatch, type RecordedBatch } from './recorded-batch.ts';
import { newWorkplace, profileToml, runCarryover, type Workplace } from './run-carryover.ts';

const waiting = [prepared, approvalRequested];
let place: Workplace;
let batch: RecordedBatch;
beforeEach(async () => {
  place = await newWorkplace();
  batch = await recordBatch(place.dataDir, 'send', [waiting, waiting, waiting, waiting, waiting, waiting]);
});
afterEach(async () => place.remove());

const row = (number: number): TransferId => batch.transferIds[number - 1]!;

/** `carryover token`: its exit code and failure code; what it printed never holds a token. */
async function token(args: readonly string[], input = '') {
  const ran = await runCarryover(['token', ...args, '--data-dir', place.dataDir], { input });
  expect(ran.stdout + ran.stderr).not.toContain('token-canary');
  return { ...ran, code: /code {5}(\w+)/.exec(ran.stderr)?.[1] };
}

async function withDataDir<T>(work: (dataDir: DataDir) => Promise<T>): Promise<T> {
  const dataDir = await openDataDir(place.dataDir);
  try {
    return await work(dataDir);
  } finally {
    await dataDir.close();
  }
}

const receivedOf = (number: number) =>
  withDataDir(async ({ ledger }) =>
    (await ledger.events(row(number))).flatMap(({ body }) => (body.kind === 'token-received' ? [body] : [])),
  );

test('many tokens come as CSV with the time of the mail and its POST base URL, and each line has its own answer', async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const csv = await place.file(
    'tokens.csv',
    [
      'row_id,token,mailed_at,post_base_url',
      `row-1,token-canary-1,${minutesAgo(30)},http://127.0.0.1:9/r4`,
      `row-2,token-canary-2,${minutesAgo(30)},https://elsewhere.example/r4`,
      `row-3,token-canary-1,,`,
      `row-4,token-canary-4,${minutesAgo(121)},`,
      `row-5,token-canary-5,${minutesAgo(-30)},`,
      `row-6,token-canary-6,,http://127.0.0.1:9/other/path`,
      '',
    ].join('\n'),
  );
  const { stdout, exitCode } = await token(['--csv', csv, '--batch', batch.batchId, '--json']);
  expect(exitCode).toBe(1);
  expect((JSON.parse(stdout) as { rows: object[] }).rows).toMatchObject([
    { line: 2, outcome: 'recorded' },
    { line: 3, outcome: 'refused', code: 'TOKEN_ORIGIN_REFUSED' },
    { line: 4, outcome: 'refused', code: 'TOKEN_USED_ELSEWHERE' },
    { line: 5, outcome: 'refused', code: 'TOKEN_EXPIRED' },
    { line: 6, outcome: 'refused', code: 'USAGE' },
    { line: 7, outcome: 'recorded' },
  ]);
  const [first] = await receivedOf(1);
  expect(first).toMatchObject({ expiryFrom: 'mail' });
  // Two hours from the mail, not from now.
  const left = Date.parse(first?.expiresAt ?? '') - Date.now();
  expect(left).toBeGreaterThan(88 * 60_000);
  expect(left).toBeLessThan(91 * 60_000);
  expect(await receivedOf(6)).toMatchObject([{ expiryFrom: 'assumed' }]);
  for (const number of [2, 3, 4, 5]) expect(await receivedOf(number)).toEqual([]);
});

test('a token that says itself when it ends is believed: past, it is refused, and the time of the mail does not matter', async () => {
  const jwt = (exp: number) => new UnsecuredJWT({}).setExpirationTime(exp).encode();
  const now = Math.floor(Date.now() / 1000);
  const file = await place.file('token.txt', `${jwt(now + 600)}\n`);
  expect(await token([row(1), '--mailed-at', '2020-01-01T00:00:00Z'], jwt(now - 1))).toMatchObject({
    code: 'TOKEN_EXPIRED',
    exitCode: 7,
  });
  const { stdout, exitCode } = await token([row(1), '--mailed-at', '2020-01-01T00:00:00Z', '--file', file]);
  expect(exitCode).toBe(4);
  expect(stdout).toContain(`good until ${new Date((now + 600) * 1000).toISOString()}`);
});

describe('a mail that names another origin', () => {
  const elsewhere = 'http://127.0.0.1:10/r4';
  const changeProfile = (path = join(place.dataDir, 'counterparts', 'plan-a.toml')) =>
    writeFile(path, profileToml({ origin: 'http://127.0.0.1:10' }));

  test('is refused until a person has changed the profile, and then the token is for that origin', async () => {
    const handIn = (url: string) => token([row(1), '--post-base-url', url], 'token-canary-1');
    expect(await handIn(elsewhere)).toMatchObject({ code: 'TOKEN_ORIGIN_REFUSED', exitCode: 7 });
    await changeProfile();
    expect(await handIn('http://127.0.0.1:11/r4')).toMatchObject({ code: 'TOKEN_ORIGIN_REFUSED' });
    expect(await receivedOf(1)).toEqual([]);
    expect((await handIn(elsewhere)).exitCode).toBe(4);
    expect(await receivedOf(1)).toMatchObject([{ fhirBaseUrl: elsewhere }]);
    const { stdout } = await runCarryover(['show', row(1), '--data-dir', place.dataDir]);
    expect(stdout).toContain(`posts to ${elsewhere}, as the profile was changed to`);

    // The others of the batch, whose mails name the origin of the launch, stay with it.
    expect((await token([row(2), '--post-base-url', 'http://127.0.0.1:9/r4'], 'token-canary-2')).exitCode).toBe(4);
    expect((await receivedOf(2))[0]).not.toHaveProperty('fhirBaseUrl');
  });

  test('is refused where the changed profile is of another counterpart or environment, and taken from a file that is named', async () => {
    const handIn = (...args: string[]) => token([row(1), '--post-base-url', elsewhere, ...args], 'token-canary-1');
    const other = join(place.dataDir, 'counterparts', 'other.toml');
    await writeFile(other, profileToml({ id: 'plan-b', origin: 'http://127.0.0.1:10' }));
    expect(await handIn('--counterpart', other)).toMatchObject({ code: 'TOKEN_ORIGIN_REFUSED' });
    expect(await handIn('--counterpart', 'nobody')).toMatchObject({ code: 'PROFILE_NOT_FOUND' });
    await changeProfile(other);
    expect((await handIn('--counterpart', other)).exitCode).toBe(4);
  });
});

test('a second token supersedes the first one; the same one again is the same deed; after a cancel none is taken', async () => {
  expect((await token([row(1)], 'token-canary-1')).exitCode).toBe(4);
  expect((await token([row(1)], 'token-canary-1')).exitCode).toBe(4);
  expect(await receivedOf(1)).toHaveLength(1);
  expect((await token([row(1)], 'token-canary-second')).exitCode).toBe(4);
  const received = await receivedOf(1);
  expect(received).toHaveLength(2);
  const { projection } = await withDataDir(({ ledger }) => ledger.transfers.get(row(1)));
  expect(projection.token?.secretId).toBe(received[1]?.secretId);

  await runCarryover(['cancel', row(1), '--data-dir', place.dataDir]);
  expect(await token([row(1)], 'token-canary-third')).toMatchObject({ code: 'DEED_NOT_EXPECTED', exitCode: 7 });
  const approved = await runCarryover(['approve', row(1), '--decision', 'approve', '--data-dir', place.dataDir]);
  expect(approved.stderr).toContain('DEED_NOT_EXPECTED');
  expect(await receivedOf(1)).toHaveLength(2);
});

test("another member's token is refused, even when that member's has been destroyed; so is one that ended here", async () => {
  await token([row(1)], 'token-canary-1');
  await withDataDir(({ secrets }) => secrets.destroyAll(row(1)));
  expect(await token([row(2)], 'token-canary-1')).toMatchObject({ code: 'TOKEN_USED_ELSEWHERE', exitCode: 7 });

  for (const [number, cause, code] of [
    [3, 'rejected', 'TOKEN_REJECTED'],
    [4, 'expired', 'TOKEN_EXPIRED'],
  ] as const) {
    await token([row(number)], `token-canary-${number}`);
    const secretId = (await receivedOf(number))[0]!.secretId;
    const ended = { kind: 'token-ended', secretId, cause } as const;
    await withDataDir(({ ledger }) =>
      ledger.append(row(number), { subject: `token/${secretId}`, tryNumber: 1, actor: 'worker', body: ended }),
    );
    expect(await token([row(number)], `token-canary-${number}`)).toMatchObject({ code });
    expect((await token([row(number)], `token-canary-${number}-new`)).exitCode).toBe(4);
  }
});

test('a token is sealed at once, and is never taken as an argument', async () => {
  expect(await token([row(1), 'token-canary-argument'])).toMatchObject({ exitCode: 2 });
  await token([row(1)], 'token-canary-1');
  const kept = await Promise.all(
    ['ledger.sqlite', 'ledger.sqlite-wal'].map((name) => readFile(join(place.dataDir, name)).catch(() => '')),
  );
  expect(kept[0]?.length).toBeGreaterThan(0);
  expect(kept.some((content) => content.includes('token-canary'))).toBe(false);
  const opened = await withDataDir(async ({ ledger, secrets }) => {
    const { projection } = await ledger.transfers.get(row(1));
    return projection.token && (await secrets.open(projection.token.secretId));
  });
  expect(opened?.value).toBe('token-canary-1');
});
