import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { newWorkplace, runCarryover, type Workplace } from './run-carryover.ts';
import { startCarryover } from './start-carryover.ts';

const row = 'row-1,Family,Given,1984-03-02,PM-1,02116,member.json';
const roster = `row_id,family,given,birth_date,previous_member_id,zip,source\n${row}\n`;

let place: Workplace;
let where: string[];
beforeAll(async () => {
  place = await newWorkplace();
  where = ['--data-dir', place.dataDir, '--temporal', inject('temporalAddress')];
});
afterAll(async () => place.remove());

interface DoctorDocument {
  readonly healthy: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string }[];
}

async function doctor(): Promise<Readonly<Record<string, string>>> {
  const { stdout, exitCode } = await runCarryover(['doctor', '--json', ...where]);
  const { healthy, checks } = JSON.parse(stdout) as DoctorDocument;
  expect(healthy).toBe(exitCode === 0);
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]));
}

test('a batch starts while no worker runs, says so, and a worker that starts later carries it to its end', async () => {
  const file = await place.file('roster.csv', roster);
  const launched = await runCarryover(['send', '--roster', file, '--counterpart', 'plan-a', ...where]);
  expect(launched.stdout).toContain('with 1 rows is started');
  expect(launched.stdout).toContain('No worker is running');
  expect(launched.exitCode).toBe(0);
  const batchId = /Batch (\w+)/.exec(launched.stdout)?.[1] ?? '';
  expect(await doctor()).toMatchObject({ Temporal: 'ok', 'Temporal search attributes': 'ok', worker: 'warning' });

  const detached = startCarryover(['send', '--again', '--roster', file, '--counterpart', 'plan-a', '--wait', ...where]);
  await detached.line('stderr', 'rows ended');
  expect(await detached.end('SIGINT')).toBe(130);

  const worker = startCarryover(['worker', ...where]);
  await worker.line('stderr', 'batch-closed');
  expect(await doctor()).toMatchObject({ worker: 'ok' });
  const report = await runCarryover(['report', batchId, '--json', ...where]);
  // The record that the row names is not there, which is the row's own end.
  expect(JSON.parse(report.stdout)).toMatchObject({
    addsUp: true,
    exceptions: [{ line: 2, state: 'failed', reason: 'SOURCE_NOT_FOUND' }],
  });
  expect(report.exitCode).toBe(1);
  expect(await worker.end('SIGTERM')).toBe(0);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the console says where it listens and ends in good order on %s',
  async (signal) => {
    const listener = startCarryover(['console', '--listen', '127.0.0.1:0', ...where]);
    const url = /http:\S+/.exec(await listener.line('stdout', 'Listening'))?.[0];
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    expect(await listener.end(signal)).toBe(0);
  },
);
