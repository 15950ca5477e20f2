import { execFile } from 'node:child_process';
import { access, chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, onTestFinished, test } from 'vitest';

const tools = join(import.meta.dirname, '..', '..', 'tools');
const slow = { timeout: 120_000 };

describe('node tools/setup.js --check', () => {
  test('ends with 0 where packages and Temporal are there, and changes nothing', slow, async () => {
    const project = await smallProject();
    await project.writeTemporal('1.8.2');
    await project.setUp();
    const before = await stat(project.stamp);
    const { code, stderr } = await project.setUp('--check');
    expect(stderr).toContain('packages: as package-lock.json says');
    expect(stderr).toContain(`temporal: ${join(project.binDir, 'temporal')} (PATH)`);
    expect(code).toBe(0);
    expect((await stat(project.stamp)).mtimeMs).toBe(before.mtimeMs);
  });

  test('ends with 3 and names what is missing', async () => {
    const project = await smallProject();
    const { code, stderr } = await project.setUp('--check');
    expect(code).toBe(3);
    expect(stderr).toContain('the packages are not installed');
    expect(stderr).toContain('temporal: not found');
    await expect(stat(join(project.root, 'node_modules'))).rejects.toThrow('ENOENT');
  });

  test('passes over a Temporal on the PATH that is too old, and says so', async () => {
    const project = await smallProject();
    await project.writeTemporal('1.4.9');
    const { code, stderr } = await project.setUp('--check');
    expect(stderr).toMatch(/PATH: .*temporal is 1\.4\.9, 1\.5 or newer is needed/);
    expect(stderr).toContain('temporal: not found');
    expect(code).toBe(3);
  });

  test('finds the Temporal in the cache', async () => {
    const project = await smallProject();
    const cached = join(project.cacheDir, 'carryover', 'temporal', '1.8.2', 'temporal');
    await writeTemporal(cached, '1.8.2');
    expect((await project.setUp('--check')).stderr).toContain(`temporal: ${cached} (cache)`);
  });
});

describe('the packages', () => {
  test('a missing lock file is a failure that says what to do', async () => {
    const project = await smallProject();
    await rm(join(project.root, 'package-lock.json'));
    const { code, stderr } = await project.setUp();
    expect(code).toBe(3);
    expect(stderr).toMatch(/There is no .*package-lock\.json\.\n {2}to do /);
  });

  test('are installed once: the second run finds them', slow, async () => {
    const project = await smallProject();
    await project.writeTemporal('1.8.2');
    expect((await project.setUp()).stderr).toContain('running npm ci');
    expect(await project.setUp()).toEqual({ code: 0, stderr: '' });
  });

  test('are installed again when the lock file changed', slow, async () => {
    const project = await smallProject();
    await project.writeTemporal('1.8.2');
    await project.setUp();
    await project.writeLock('2.0.0');
    const { code, stderr } = await project.setUp();
    expect(stderr).toContain('the installed packages are not those of package-lock.json: running npm ci');
    expect(code).toBe(0);
  });

  test('that somebody installed with npm ci are taken as they are', slow, async () => {
    const project = await smallProject();
    await project.writeTemporal('1.8.2');
    await project.setUp();
    await rm(project.stamp);
    expect(await project.setUp()).toEqual({ code: 0, stderr: '' });
    expect(await readFile(project.stamp, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('that cannot be installed are a failure with what npm said', slow, async () => {
    const project = await smallProject();
    await project.writeLock('1.0.0', { 'not-in-the-lock': '1.0.0' });
    const { code, stderr } = await project.setUp();
    expect(code).toBe(3);
    expect(stderr).toContain('The packages could not be installed.');
    expect(stderr).toMatch(/ {2}tried {2}npm ci in .* ended with code 1:/);
    expect(stderr).toContain('not-in-the-lock');
  });
});

describe('the validators', () => {
  test('are generated once, and again when a schema changed', slow, async () => {
    const project = await smallProject();
    await project.writeTemporal('1.8.2');
    const made = () => readFile(join(project.root, 'generated', 'made.mjs'), 'utf8');
    expect((await project.setUp()).stderr).toContain('validators: generating them from schemas/');
    const first = await made();
    expect(await project.setUp()).toEqual({ code: 0, stderr: '' });
    expect(await made()).toBe(first);
    await writeFile(join(project.root, 'schemas', 'r4', 'a.json'), '{}');
    expect((await project.setUp('--check')).code).toBe(3);
    await project.setUp();
    expect(await made()).not.toBe(first);
  });

  test('that cannot be generated are a failure that says what to do', slow, async () => {
    const project = await smallProject();
    await project.writeTemporal('1.8.2');
    await writeFile(join(project.root, 'compiler', 'generate.ts'), "throw new Error('broken');\n");
    const { code, stderr } = await project.setUp();
    expect(code).toBe(3);
    expect(stderr).toMatch(/The validators could not be generated\.[^]*to do {2}Run it again: npm run validators/);
  });
});

describe('Temporal', () => {
  test('is downloaded into the cache where none is found', slow, async () => {
    const project = await smallProject();
    const requested: string[] = [];
    const archive = await archiveOf('1.8.2');
    const origin = await serve((url) => {
      requested.push(url);
      return archive;
    });
    const { code, stderr } = await project.setUp({ CARRYOVER_TEMPORAL_DOWNLOAD: origin });
    expect(stderr).toContain('download: done');
    expect(code).toBe(0);
    expect(requested).toEqual([expect.stringMatching(/^\/cli\/archive\/v1\.8\.2\?platform=\w+&arch=\w+$/)]);
    expect((await project.setUp('--check')).stderr).toContain('(cache)');
  });

  test('of another version than the pinned one is not kept', slow, async () => {
    const project = await smallProject();
    const archive = await archiveOf('1.7.0');
    const { code, stderr } = await project.setUp({ CARRYOVER_TEMPORAL_DOWNLOAD: await serve(() => archive) });
    expect(code).toBe(3);
    expect(stderr).toContain('download: the program says 1.7.0');
    expect((await project.setUp('--check')).stderr).toContain('temporal: not found');
  });

  test('that can be had in no way is a failure with everything that was tried', slow, async () => {
    const project = await smallProject();
    const { code, stderr } = await project.setUp({ CARRYOVER_TEMPORAL_DOWNLOAD: await serve(() => undefined) });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /tried {2}PATH: .*\n.*tried {2}cache: .*\n.*tried {2}download: .* answered 404\n.*tried {2}go build: /,
    );
    expect(stderr).toContain('to do  Put `temporal` 1.8.2 on the PATH');
  });
});

/** A copy of the set-up with one local package in its lock; on its PATH there are only npm, tar, and what the test writes. */
/** A compiler that makes a folder and says so in it, and schemas to make it from. */
async function writeCompiler(root: string): Promise<void> {
  for (const folder of ['compiler', 'schemas/r4', 'schemas/us-core'])
    await mkdir(join(root, folder), { recursive: true });
  const code = "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('generated', { recursive: true });\n";
  await writeFile(
    join(root, 'compiler', 'generate.ts'),
    `${code}writeFileSync('generated/made.mjs', String(Date.now()));\n`,
  );
}

async function smallProject() {
  const root = await temporaryFolder();
  const [binDir, cacheDir] = [join(root, 'bin'), join(root, 'cache')];
  await Promise.all([binDir, join(root, 'pinned')].map((folder) => mkdir(folder)));
  await cp(tools, join(root, 'tools'), { recursive: true });
  await writeCompiler(root);
  const stamp = join(root, 'node_modules', '.carryover-lock');
  await symlink(process.execPath, join(binDir, 'node'));
  for (const program of ['npm', 'tar', 'gzip']) await symlink(await realPathOf(program), join(binDir, program));
  const environment = { PATH: binDir, XDG_CACHE_HOME: cacheDir, HOME: root, npm_config_offline: 'true' };

  const project = {
    root,
    binDir,
    cacheDir,
    stamp,
    writeTemporal: (version: string) => writeTemporal(join(binDir, 'temporal'), version),
    /** The lock of a project whose only package is `pinned`, a local folder. */
    async writeLock(version: string, moreDependencies: Record<string, string> = {}) {
      const locked = { pinned: 'file:pinned' };
      const own = { name: 'small', version: '1.0.0' };
      const packages = {
        '': { ...own, dependencies: locked },
        'node_modules/pinned': { resolved: 'pinned', link: true },
        pinned: { version },
      };
      await writeJson(join(root, 'package.json'), {
        ...own,
        type: 'module',
        dependencies: { ...locked, ...moreDependencies },
      });
      await writeJson(join(root, 'pinned', 'package.json'), { name: 'pinned', version });
      await writeJson(join(root, 'package-lock.json'), { ...own, lockfileVersion: 3, requires: true, packages });
    },
    setUp: (given: '--check' | Record<string, string> = {}) => {
      const [args, env] = given === '--check' ? [[given], {}] : [[], given];
      return run(process.execPath, [join(root, 'tools', 'setup.js'), ...args], { ...environment, ...env });
    },
  };
  await project.writeLock('1.0.0');
  return project;
}

async function writeTemporal(path: string, version: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.31.2, UI 2.50.1)"\n`);
  await chmod(path, 0o755);
}

async function archiveOf(version: string): Promise<Buffer> {
  const folder = await temporaryFolder();
  await writeTemporal(join(folder, 'temporal'), version);
  await promisify(execFile)('tar', ['-czf', join(folder, 'archive'), '-C', folder, 'temporal']);
  return readFile(join(folder, 'archive'));
}

/** A download server for one test; no answer means 404. Gives its origin. */
async function serve(answer: (url: string) => Buffer | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const body = answer(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(command: string, args: string[], env: Record<string, string>): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { env }, (_error, _stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stderr });
    });
  });
}

async function realPathOf(program: string): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return realpath(path);
  }
  throw new Error(`There is no ${program} on the PATH.`);
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-setup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function writeJson(path: string, content: unknown): Promise<void> {
  return writeFile(path, JSON.stringify(content));
}
