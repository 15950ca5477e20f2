import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carryover-test-demo-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Starts the demo as `npm start` does; it brings everything that it needs, Temporal too. */
function startDemo() {
  const child = spawn(process.execPath, ['demo/main.ts', '--dir', folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = (once(child, 'close') as Promise<[number | null]>).then(async ([exitCode]) => {
    const [stdout, stderr] = await output;
    return { exitCode, stdout, stderr };
  });
  return { child, ended };
}

interface Report {
  readonly asPredicted: boolean;
  readonly checks: readonly { readonly name: string; readonly holds: boolean }[];
  readonly rows: readonly { readonly rowId: string; readonly end: string; readonly stored: number }[];
  readonly receive: { readonly rows: Sums; readonly resources: { readonly stored: Readonly<Record<string, number>> } };
  readonly send: { readonly rows: Sums; readonly resources: Readonly<Record<string, number>> };
}
interface Sums {
  readonly total: number;
  readonly byState: Readonly<Record<string, number>>;
}

const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
const readJson = async (file: string) => JSON.parse(await readFile(join(folder, file), 'utf8')) as unknown;

/** The processes that the demo named and that are still there. */
function stillRunning(stderr: string): readonly number[] {
  const named = [...stderr.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
  expect(named.length).toBe(4);
  return named.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

/** Everything that names a member of a roster. */
async function identitiesIn(rosterFile: string): Promise<readonly string[]> {
  const rows = parse<Record<string, string>>(await readFile(rosterFile, 'utf8'), { columns: true });
  return rows.flatMap(({ family, given, birth_date: birthDate, previous_member_id: memberId, email }) =>
    [family, given, birthDate, memberId, email].map(String),
  );
}

test(
  'the demo carries both rosters to the predicted ends, reports sums that add up, names nobody and leaves nothing running',
  { timeout: 400_000 },
  async () => {
    const { exitCode, stdout, stderr } = await startDemo().ended;
    expect(exitCode, `${stderr}\n${stdout}`).toBe(0);
    expect(stillRunning(stderr)).toEqual([]);

    const { asPredicted, checks, rows, receive, send } = (await readJson('report.json')) as Report;
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(10);
    expect(asPredicted).toBe(true);
    expect(Object.fromEntries(rows.map(({ rowId, end }) => [rowId, end]))).toEqual(
      await readJson('roster/expected.json'),
    );
    expect(receive.rows).toMatchObject({ total: 4, byState: { stored: 4 } });
    expect(sumOf(receive.resources.stored)).toBeGreaterThan(200);
    expect(send.rows).toMatchObject({ total: 12, byState: { sent: 10, refused: 1, invalid: 1 } });
    const { resources, confirmed = 0, refused = 0, unknown = 0, withheld = 0, repeats = 0 } = send.resources;
    expect({ refused, unknown }).toEqual({ refused: 0, unknown: 0 });
    expect(confirmed + refused + unknown + withheld + repeats).toBe(resources);
    expect(rows.reduce((sum, { stored }) => sum + stored, 0)).toBe(confirmed);
    expect(await readFile(join(folder, 'report.txt'), 'utf8')).toBe(stdout);

    const said = `${stdout}${stderr}${await readFile(join(folder, 'report.json'), 'utf8')}`;
    const sentTo = await identitiesIn(join(folder, 'roster/roster.csv'));
    const receivedFor = await identitiesIn(join(root, 'fixtures/rosters/receive-test-members.csv'));
    expect([...sentTo, ...receivedFor].filter((identity) => said.includes(identity))).toEqual([]);
    expect(said).not.toMatch(/Bearer|[?&](code|state)=/);
    expect(await readdir(join(folder, 'handover')), 'tokens in clear').toEqual([]);
  },
);

test(
  'a demo that is interrupted says so, and stops every process that it has started',
  { timeout: 120_000 },
  async () => {
    const { child, ended } = startDemo();
    child.stderr.on('data', (chunk) => {
      if (String(chunk).includes('Receiving')) child.kill('SIGINT');
    });
    const { exitCode, stdout, stderr } = await ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(stderr).toContain('Stopped, as you asked.');
    expect(stillRunning(stderr)).toEqual([]);
  },
);
