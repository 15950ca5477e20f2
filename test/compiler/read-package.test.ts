import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { pack } from 'tar-stream';
import { afterAll, expect, test } from 'vitest';

import { PackageProblem, readPackage } from '../../compiler/package/read-package.ts';
import { levelProfile } from './packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'carryover-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files: Readonly<Record<string, string>> = {
  'package/package.json': JSON.stringify({ name: 'small.test', version: '1.0.0' }),
  'package/StructureDefinition-level.json': JSON.stringify(levelProfile()),
  'package/example/StructureDefinition-other.json': JSON.stringify(levelProfile({ url: 'http://small.test/example' })),
  'package/.index.txt': 'no JSON',
};

async function tarball(): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

test('a tarball and the folder that it unpacks to are the same package, without its examples', async () => {
  const file = join(folder, 'small.tgz');
  writeFileSync(file, await tarball());
  const unpacked = join(folder, 'unpacked');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(unpacked, name, '..'), { recursive: true });
    writeFileSync(join(unpacked, name), text);
  }
  const [one, other] = [await readPackage(file), await readPackage(unpacked)];
  expect(one).toEqual(other);
  expect(one).toMatchObject({ name: 'small.test', version: '1.0.0', structures: [{ url: levelProfile().url }] });
});

test.each([
  ['nothing there', undefined, /no FHIR package at/],
  ['no gzip', 'text', /not a gzipped package/],
  ['a broken gzip', gzipSync('x').subarray(0, 12), /not a gzipped package/],
])('%s is said with the path', async (name, content, message) => {
  const file = join(folder, `${name}.tgz`);
  if (content !== undefined) writeFileSync(file, content);
  await expect(readPackage(file)).rejects.toThrow(message);
  await expect(readPackage(file)).rejects.toThrow(PackageProblem);
});

test('a folder without profiles, and a file that is not JSON, are said', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  await expect(readPackage(empty)).rejects.toThrow(/holds no StructureDefinition/);
  writeFileSync(join(empty, 'a.json'), '{');
  await expect(readPackage(empty)).rejects.toThrow(/a\.json of the package .* is not JSON/);
});
