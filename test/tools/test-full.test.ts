import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { versitygwPath } from '../../tools/provide-versitygw.js';

const tools = join(import.meta.dirname, '..', '..', 'tools');

/** A copy of the tools beside a vitest that only says what it was called with, on a machine without Go. */
async function smallProject() {
  const root = await mkdtemp(join(tmpdir(), 'carryover-full-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await cp(tools, join(root, 'tools'), { recursive: true });
  await write(join(root, 'node_modules/vitest/vitest.mjs'), "console.log('vitest', ...process.argv.slice(2));\n");
  await mkdir(join(root, 'bin'));
  const env = { PATH: join(root, 'bin'), XDG_CACHE_HOME: join(root, 'cache'), HOME: root };
  return {
    async writeVersitygw() {
      const [, below = ''] = versitygwPath().split('/versitygw/');
      const program = join(root, 'cache/carryover/versitygw', below);
      await write(program, '#!/bin/sh\n');
      await chmod(program, 0o755);
    },
    run: (args: readonly string[], more: Record<string, string> = {}) =>
      run([join(root, 'tools/test-full.js'), ...args], { ...env, ...more }),
  };
}

test('a part whose program cannot be had is named and counted as not run', async () => {
  const { code, stdout, stderr } = await (await smallProject()).run([]);
  expect(stderr).toContain('not run: deliveries to S3 (test/full/s3/): go build: there is no `go` on the PATH');
  expect(stderr).toContain('1 of 1 parts were not run');
  expect(stdout).toBe('');
  expect(code).toBe(0);
});

test('in CI that is a failure', async () => {
  const { code, stderr } = await (await smallProject()).run([], { CI: 'true' });
  expect(stderr).toContain('1 of 1 parts were not run');
  expect(code).toBe(1);
});

test('a part whose program is there is run, with what was given for vitest', async () => {
  const project = await smallProject();
  await project.writeVersitygw();
  const { code, stdout, stderr } = await project.run(['--reporter=json'], { CI: 'true' });
  expect(stdout).toBe('vitest run --project full test/full/s3/ --reporter=json\n');
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('the totals of several reports are added; a report that is empty is a failure', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-totals-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const report = async (name: string, content: string): Promise<string> => {
    await write(join(folder, name), content);
    return join(folder, name);
  };
  const good = await report('good', JSON.stringify({ numPassedTests: 3, numFailedTests: 0, testResults: [] }));
  const more = await report('more', JSON.stringify({ numPassedTests: 4, numFailedTests: 0, testResults: [] }));
  const totals = join(tools, 'test-totals.js');
  expect(await run([totals, good, more], {})).toEqual({ code: 0, stdout: '7 passed, 0 failed\n', stderr: '' });
  const empty = await report('empty', '');
  expect(await run([totals, good, empty], {})).toEqual({ code: 1, stdout: '3 passed, 1 failed\n', stderr: '' });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
