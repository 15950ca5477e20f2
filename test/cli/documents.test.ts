import { afterAll, beforeAll, expect, test } from 'vitest';

import { shapeOf } from './document-shape.ts';
import { approvalRequested, lostBundle, prepared, recordBatch, type RecordedBatch } from './recorded-batch.ts';
import { newWorkplace, runCarryover, type Workplace } from './run-carryover.ts';

let place: Workplace;
let batch: RecordedBatch;
beforeAll(async () => {
  place = await newWorkplace();
  batch = await recordBatch(place.dataDir, 'send', [
    [prepared, approvalRequested],
    lostBundle,
    [
      {
        kind: 'closed',
        state: 'invalid',
        reason: 'ROW_INVALID',
        place: { line: 4, column: 'zip' },
        detail: 'zip is empty.',
      },
    ],
  ]);
});
afterAll(async () => place.remove());

const run = (...args: string[]) => runCarryover([...args, '--data-dir', place.dataDir]);

async function documentOf(...args: string[]): Promise<unknown> {
  return JSON.parse((await run(...args, '--json')).stdout) as unknown;
}

test('plan --json keeps its keys', async () => {
  const roster = await place.file(
    'r.csv',
    'row_id,family,given,birth_date,previous_member_id,zip\nr,a,b,1984-03-02,m,02116\n',
  );
  const document = await documentOf('plan', '--roster', roster, '--counterpart', 'plan-a', '--direction', 'receive');
  expect(shapeOf(document)).toMatchInlineSnapshot(`
    {
      "byType": {},
      "counterpartId": "string",
      "direction": "string",
      "estimate": {
        "minutes": "number",
        "requests": "number",
      },
      "perRow": [
        {
          "line": "number",
          "outcome": "string",
        },
      ],
      "remarks": {
        "cyclesBroken": "number",
        "dangling": [],
        "warnings": {},
      },
      "resources": {
        "bundles": "number",
        "planned": "number",
        "repeats": "number",
        "resources": "number",
        "withheld": "number",
        "withheldByReason": {},
      },
      "rows": {
        "good": "number",
        "invalid": "number",
        "refused": "number",
        "total": "number",
      },
    }
  `);
});

test('status --json keeps its keys', async () => {
  expect(shapeOf(await documentOf('status'))).toMatchInlineSnapshot(`
    {
      "batches": [
        {
          "batchId": "string",
          "byState": {
            "approval-requested": "number",
            "invalid": "number",
            "needs-decision": "number",
          },
          "closedAt": "null",
          "counterpartId": "string",
          "createdAt": "string",
          "direction": "string",
          "ended": "number",
          "launched": "boolean",
          "resources": {
            "confirmed": "number",
            "open": "number",
            "refused": "number",
            "repeats": "number",
            "resources": "number",
            "unknown": "number",
            "withheld": "number",
          },
          "rows": "number",
        },
      ],
      "workerPolling": "null",
    }
  `);
  expect(Object.keys((await documentOf('status', 'aaaa')) as object)).toContain('resources');
});

test('show --json keeps its keys', async () => {
  expect(shapeOf(await documentOf('show', '--batch', 'aaaa', '--line', '4'))).toMatchInlineSnapshot(`
    {
      "events": [
        {
          "actor": "string",
          "at": "string",
          "body": {
            "batchId": "string",
            "counterpartId": "string",
            "direction": "string",
            "kind": "string",
            "line": "number",
          },
          "hash": "string",
          "previousHash": "string",
          "seq": "number",
          "subject": "string",
          "text": "string",
          "tryNumber": "number",
        },
      ],
      "findings": {},
      "next": [],
      "resources": {
        "confirmed": "number",
        "dropped": {},
        "open": "number",
        "refused": "number",
        "repeats": "number",
        "resources": "number",
        "stored": {},
        "unchanged": "number",
        "unknown": "number",
        "withheld": "number",
        "withheldByReason": {},
      },
      "transfer": {
        "batchId": "string",
        "bundles": "number",
        "cancelRequested": "boolean",
        "counterpartId": "string",
        "createdAt": "string",
        "detail": "string",
        "direction": "string",
        "earlierTransferId": "null",
        "line": "number",
        "reason": "string",
        "revision": "number",
        "state": "string",
        "tokenExpiresAt": "null",
        "transferId": "string",
        "updatedAt": "string",
        "windowOpensAt": "null",
      },
      "waitsFor": "string",
    }
  `);
});

test('report --json keeps its keys, and the exit code says that a decision is missing only once nothing is open', async () => {
  expect(shapeOf(await documentOf('report', 'aaaa'))).toMatchInlineSnapshot(`
    {
      "addsUp": "boolean",
      "batch": {
        "batchId": "string",
        "counterpartId": "string",
        "createdAt": "string",
        "direction": "string",
        "launched": "boolean",
        "rows": "number",
      },
      "equations": [
        {
          "holds": "boolean",
          "left": "number",
          "name": "string",
          "parts": {
            "invalid": "number",
            "needs-decision": "number",
            "open": "number",
          },
        },
      ],
      "exceptions": [
        {
          "line": "number",
          "state": "string",
          "transferId": "string",
        },
      ],
      "findings": {},
      "resources": {
        "confirmed": "number",
        "dropped": {},
        "open": "number",
        "refused": "number",
        "repeats": "number",
        "resources": "number",
        "stored": {},
        "unchanged": "number",
        "unknown": "number",
        "withheld": "number",
        "withheldByReason": {
          "type-not-accepted": "number",
        },
      },
      "rows": {
        "byReason": {
          "ROW_INVALID": "number",
        },
        "byState": {
          "approval-requested": "number",
          "invalid": "number",
          "needs-decision": "number",
        },
        "ended": "number",
        "notLaunched": "number",
        "open": "number",
        "purged": "number",
        "total": "number",
      },
      "verdict": "string",
    }
  `);
  expect((await run('report', 'aaaa')).exitCode).toBe(4);
});

test('doctor --json keeps its keys', async () => {
  const document = await documentOf('doctor');
  expect(shapeOf(document)).toMatchInlineSnapshot(`
    {
      "checks": [
        {
          "detail": "string",
          "name": "string",
          "state": "string",
        },
      ],
      "healthy": "boolean",
    }
  `);
});

test('show finds a transfer by a prefix of 8 digits, by row id and by line', async () => {
  const [first = ''] = batch.transferIds;
  const outputs = await Promise.all([
    run('show', first.slice(0, 8)),
    run('show', '--batch', batch.batchId, '--row', 'row-1'),
    run('show', '--batch', batch.batchId, '--line', '2'),
  ]);
  for (const { stdout, exitCode } of outputs) {
    expect(stdout).toContain(`Transfer ${first}`);
    expect(stdout).toContain("Waits for: the counterpart's review");
    expect(stdout).toContain(`carryover approve ${first.slice(0, 12)} --decision`);
    expect(exitCode).toBe(0);
  }
  expect((await run('show', first.slice(0, 7))).stderr).toContain('TRANSFER_NOT_FOUND');
  expect((await run('show', '--batch', batch.batchId, '--row', 'row-99')).stderr).toContain('TRANSFER_NOT_FOUND');
});

test('nothing that is printed names a member', async () => {
  const outputs = await Promise.all([
    run('report', 'aaaa'),
    run('status', 'aaaa'),
    run('show', '--batch', 'aaaa', '--line', '2', '--json'),
    run('decide', '--batch', 'aaaa'),
  ]);
  for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toMatch(/Canary|1984-03/i);
  expect(outputs[3]?.exitCode).toBe(5);
});

test('the report goes to a file that only its owner can read, as JSON by its name', async () => {
  const file = `${place.dir}/report.json`;
  await run('report', 'aaaa', '--out', file);
  const { default: fs } = await import('node:fs');
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toMatchObject({ verdict: 'running', addsUp: true });
});
