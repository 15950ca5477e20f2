import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';

import type { KeyRing } from '../adapters/keys/key-ring.ts';
import { createDataConverter, failureConverterPath } from '../adapters/temporal/data-converter.ts';
import { historyFromJson } from '../adapters/temporal/history-json.ts';
import { loadWorkflowBundle } from '../adapters/temporal/workflow-bundle.ts';
import { openTestKeys } from './histories/open-test-keys.ts';

const folder = join(import.meta.dirname, '../fixtures/histories');
const recorded = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^v\d.*\.json$/.test(name))
  .toSorted();

const silent = new DefaultLogger('ERROR', () => {});
let keys: KeyRing;
let bundle: WorkflowBundleOption;
let changedBundle: WorkflowBundleOption;

beforeAll(async () => {
  Runtime.install({ logger: silent });
  keys = await openTestKeys();
  const cacheDir = join(tmpdir(), 'carryover-replay');
  bundle = await loadWorkflowBundle({ workflowsPath: join(import.meta.dirname, '../workflows/index.ts'), cacheDir });
  const changed = join(import.meta.dirname, 'support/changed-workflows/index.ts');
  changedBundle = await bundleWorkflowCode({ workflowsPath: changed, failureConverterPath, logger: silent });
});

async function replay(name: string, workflowBundle: WorkflowBundleOption): Promise<void> {
  const { workflowId, history } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    workflowId: string;
    history: unknown;
  };
  const options = { workflowBundle, dataConverter: createDataConverter(keys) };
  await Worker.runReplayHistory(options, historyFromJson(JSON.stringify(history)), workflowId);
}

describe('the workflow bundle', () => {
  test('holds no validators and no Node modules, and stays under two megabytes', async () => {
    const code = await readFile((bundle as { codePath: string }).codePath, 'utf8');
    expect(code.length).toBeLessThan(2_000_000);
    for (const unwanted of ['ajv', 'node:crypto', 'node:sqlite', 'kysely', 'undici', 'domain/validation', 'adapters/'])
      expect(code.includes(`/${unwanted}/`) || code.includes(`require("${unwanted}")`), unwanted).toBe(false);
  });
});

describe('recorded histories', () => {
  test('there are histories of both workflows with retry, pause and cancel', () => {
    for (const wanted of [
      'send-straight',
      'send-retried',
      'send-paused',
      'send-cancelled',
      'receive-straight',
      'receive-retried',
      'receive-paused',
      'receive-cancelled',
      'batch-send',
      'batch-receive',
    ])
      expect(
        recorded.filter((name) => name.includes(wanted)),
        wanted,
      ).not.toEqual([]);
  });

  test.for(recorded)('%s is replayed by the workflows as they are now', async (name) => {
    await replay(name, bundle);
  });

  test.for(['v0.1.0/send-straight.json', 'v0.1.0/receive-straight.json'])(
    '%s is not replayed by a workflow that was changed without a patch',
    async (name) => {
      await expect(replay(name, changedBundle)).rejects.toThrow(DeterminismViolationError);
    },
  );

  test('no history holds anything in clear', () => {
    for (const name of recorded) {
      const text = readFileSync(join(folder, name), 'utf8');
      const encodings = new Set([...text.matchAll(/"encoding": "([^"]+)"/g)].map((match) => atob(match[1] ?? '')));
      // Search attributes are never sealed: opaque codes only.
      expect([...encodings].filter((encoding) => !['binary/encrypted', 'json/plain'].includes(encoding))).toEqual([]);
    }
  });
});
