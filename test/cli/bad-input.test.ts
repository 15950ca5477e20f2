import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { newWorkplace, profileToml, runCarryover, type Ran, type Workplace } from './run-carryover.ts';

const header = 'row_id,family,given,birth_date,previous_member_id,zip,email,source';
const member = 'row-canary,FamilyCanary,GivenCanary,1984-03-02,MemberCanary,02116,mail-canary@example.com,member.json';
const canaries = ['row-canary', 'FamilyCanary', 'GivenCanary', '1984-03-02', 'MemberCanary', 'mail-canary'];

let place: Workplace;
beforeAll(async () => {
  place = await newWorkplace();
});
afterAll(async () => place.remove());

function expectFailure(ran: Ran, code: string, exitCode: number): void {
  expect(ran.stderr).toContain(`code     ${code}`);
  expect(ran.stderr).toMatch(/^carryover: [A-Z].+[.?]$/m);
  expect(ran.stderr).toMatch(/^ {2}remains {2}.+[.]$/m);
  expect(ran.stderr).toMatch(/^ {2}next {5}.+[.]$/m);
  for (const canary of canaries) expect(ran.stdout + ran.stderr).not.toContain(canary);
  expect(ran.exitCode).toBe(exitCode);
}

interface BadRoster {
  readonly what: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly code: string;
  readonly where?: string;
}

const badRosters: readonly BadRoster[] = [
  { what: 'an empty file', name: 'empty.csv', content: '', code: 'ROSTER_EMPTY' },
  { what: 'a header and nothing below it', name: 'header.csv', content: `${header}\n`, code: 'ROSTER_EMPTY' },
  {
    what: 'a missing column',
    name: 'column.csv',
    content: `${header.replace('zip,', '')}\n${member.replace('02116,', '')}\n`,
    code: 'ROSTER_HEADER',
    where: 'line 1, column zip',
  },
  {
    what: 'a wrong encoding',
    name: 'latin1.csv',
    content: Buffer.from(`${header}\n${member.replace('GivenCanary', 'GivenCanaryé')}\n`, 'latin1'),
    code: 'ROSTER_ENCODING',
  },
  {
    what: 'a truncated gzip',
    name: 'truncated.csv.gz',
    content: gzipSync(`${header}\n${member}\n`).subarray(0, -12),
    code: 'ROSTER_TRUNCATED',
  },
  {
    what: 'a quote that is never closed',
    name: 'quote.csv',
    content: `${header}\n"${member}\n`,
    code: 'ROSTER_SYNTAX',
    where: 'line',
  },
];

describe.each(['send', 'plan'])('carryover %s', (command) => {
  const run = (roster: string, counterpart = 'plan-a') =>
    runCarryover([command, '--data-dir', place.dataDir, '--roster', roster, '--counterpart', counterpart]);

  test.each(badRosters)('refuses $what with code, place and advice', async ({ name, content, code, where }) => {
    const roster = await place.file(name, content);
    const ran = await run(roster);
    expectFailure(ran, code, 2);
    expect(ran.stderr).toContain(`where    ${roster}${where === undefined ? '' : `, ${where}`}`);
  });

  test('refuses a roster that is a directory', async () => {
    expectFailure(await run(place.dir), 'ROSTER_UNREADABLE', 2);
  });

  test('refuses an unknown counterpart and names those that are there', async () => {
    const ran = await run(await place.file('good.csv', `${header}\n${member}\n`), 'plan-b');
    expectFailure(ran, 'PROFILE_NOT_FOUND', 2);
    expect(ran.stderr).toContain('plan-a');
  });

  test('refuses a config typo with file, line and a suggestion', async () => {
    const profile = await place.file('typo.toml', profileToml().replace('client_id', 'page_sze = 50\nclient_id'));
    const ran = await run(await place.file('good.csv', `${header}\n${member}\n`), profile);
    expectFailure(ran, 'PROFILE_INVALID', 2);
    expect(ran.stderr).toContain(`where    ${profile}, line 9`);
    expect(ran.stderr).toContain('page_size');
  });
});

describe('rows that are no members', () => {
  test('a wrong date format and a duplicate are named by line and column in the plan, and the rows go on', async () => {
    const rows = [member, member.replace('1984-03-02', '03/02/1984').replace('row-canary', 'other-canary'), member];
    const roster = await place.file('rows.csv', `${header}\n${rows.join('\n')}\n`);
    const ran = await runCarryover([
      'plan',
      '--data-dir',
      place.dataDir,
      '--roster',
      roster,
      '--counterpart',
      'plan-a',
    ]);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/ 2 {2}refused {2}SOURCE_NOT_FOUND/);
    expect(ran.stdout).toMatch(/ 3 {2}invalid {2}ROW_INVALID \(birth_date\)/);
    expect(ran.stdout).toMatch(/ 4 {2}invalid {2}ROW_DUPLICATE/);
    expect(ran.stdout).toContain('Rows: 3; good: 0; refused: 1; invalid: 2');
    for (const canary of [...canaries, '03/02/1984', 'other-canary']) expect(ran.stdout).not.toContain(canary);
  });
});

describe('the key file and Temporal', () => {
  const launch = (dataDir: string, roster: string) =>
    runCarryover(['send', '--data-dir', dataDir, '--roster', roster, '--counterpart', 'plan-a']);

  test('without Temporal a launch is recorded, says what goes on when, and exits 4; launched again it is refused', async () => {
    const own = await newWorkplace();
    const roster = await own.file('roster.csv', `${header}\n${member}\n`);
    const ran = await launch(own.dataDir, roster);
    expect(ran.exitCode).toBe(4);
    expect(ran.stdout).toContain('with 1 rows is recorded');
    expect(ran.stdout).toContain('goes on by itself once Temporal and `carryover worker` run');

    const again = await launch(own.dataDir, roster);
    expectFailure(again, 'BATCH_DUPLICATE', 7);
    const onPurpose = await runCarryover([
      'send',
      '--again',
      '--data-dir',
      own.dataDir,
      '--roster',
      roster,
      '--counterpart',
      'plan-a',
      '--wait',
      '10ms',
    ]);
    expect(onPurpose.exitCode).toBe(4);
    expect(onPurpose.stderr).toContain('goes on without this command');
    await own.remove();
  });

  test('a ledger without its key file, and one with another key file, are not opened', async () => {
    const [own, other] = await Promise.all([newWorkplace(), newWorkplace()]);
    const roster = await own.file('roster.csv', `${header}\n${member}\n`);
    await launch(own.dataDir, roster);
    await launch(other.dataDir, roster);
    await rm(join(own.dataDir, 'keys.json'));
    const status = () => runCarryover(['status', '--data-dir', own.dataDir]);
    expectFailure(await status(), 'KEY_FILE_MISSING', 2);

    await copyFile(join(other.dataDir, 'keys.json'), join(own.dataDir, 'keys.json'));
    expectFailure(await status(), 'KEY_WRONG', 2);
    expect(await readFile(join(own.dataDir, 'keys.json'), 'utf8')).toBe(
      await readFile(join(other.dataDir, 'keys.json'), 'utf8'),
    );
    await Promise.all([own.remove(), other.remove()]);
  });

  test('a data directory that is not there is not made by a command that only reads', async () => {
    const ran = await runCarryover(['status', '--data-dir', join(place.dir, 'mistyped')]);
    expectFailure(ran, 'DATA_DIR_UNUSABLE', 2);
    expect(ran.stderr).toContain('mistyped');
    expect((await runCarryover(['status', '--data-dir', join(place.dir, 'mistyped')])).exitCode).toBe(2);
  });
});

describe('production', () => {
  test('a production counterpart needs --yes-production, and localhost in its profile is refused even so', async () => {
    const roster = await place.file('good.csv', `${header}\n${member}\n`);
    const safe = await place.file('safe.toml', profileToml({ environment: 'production', origin: 'https://a.example' }));
    const unsafe = await place.file('unsafe.toml', profileToml({ environment: 'production' }));
    const run = (profile: string, ...more: string[]) =>
      runCarryover(['send', '--data-dir', place.dataDir, '--roster', roster, '--counterpart', profile, ...more]);
    expectFailure(await run(safe), 'PRODUCTION_NOT_CONFIRMED', 7);
    expectFailure(await run(unsafe, '--yes-production'), 'PRODUCTION_UNSAFE', 7);
    expect((await run(safe, '--yes-production')).exitCode).toBe(4);
  });
});
