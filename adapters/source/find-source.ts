import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';

import { CarryoverError } from '../../schemas/failures.ts';
import type { MemberRecord } from '../../schemas/roster.ts';

const endings = ['.json', '.ndjson', '.json.gz', '.ndjson.gz', ''];

/**
 * The files of a member's record, in the order of their names: the file or folder that the roster names, else the one that is named
 * after the previous member id. Links are followed, but never out of the source directory.
 * Errors: SOURCE_NOT_FOUND, SOURCE_INVALID. File names can be PHI and are not shown.
 */
export async function findSource(
  sourceDir: string,
  record: Pick<MemberRecord, 'source' | 'previousMemberId'>,
): Promise<readonly string[]> {
  const root = await realpath(sourceDir).catch(() => {
    throw new CarryoverError('SOURCE_NOT_FOUND', 'The source directory is not there.');
  });
  const path =
    record.source === undefined ? await byMemberId(root, record.previousMemberId) : named(root, record.source);
  const found = await inside(root, path);
  return found.isFolder ? filesOf(root, found.path) : [found.path];
}

function named(root: string, source: string): string {
  const path = resolve(root, source);
  if (isAbsolute(source) || !path.startsWith(root + sep)) throw outside();
  return path;
}

async function byMemberId(root: string, memberId: string): Promise<string> {
  if (/[/\\\0]/.test(memberId) || /^\.*$/.test(memberId)) throw new CarryoverError('SOURCE_NOT_FOUND');
  const paths = endings.map((ending) => join(root, memberId + ending));
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  // Without an ending only a folder is meant.
  const candidates = paths.filter((_, index) => found[index]?.isDirectory() === (endings[index] === ''));
  const [path, second] = candidates;
  if (path === undefined) throw new CarryoverError('SOURCE_NOT_FOUND');
  if (second !== undefined)
    throw new CarryoverError(
      'SOURCE_INVALID',
      'More than one file or folder is named after the member; name one of them in the source column.',
    );
  return path;
}

async function inside(root: string, path: string): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  const real = await realpath(path).catch(() => {
    throw new CarryoverError('SOURCE_NOT_FOUND');
  });
  if (!real.startsWith(root + sep)) throw outside();
  return { path: real, isFolder: (await stat(real)).isDirectory() };
}

async function filesOf(root: string, folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted((a, b) => (a < b ? -1 : 1));
  const files = await Promise.all(names.map((name) => inside(root, join(folder, name))));
  if (files.length === 0) throw new CarryoverError('SOURCE_NOT_FOUND', "The member's folder is empty.");
  if (files.some(({ isFolder }) => isFolder))
    throw new CarryoverError('SOURCE_INVALID', "The member's folder holds a folder.");
  return files.map((file) => file.path);
}

function outside(): CarryoverError {
  return new CarryoverError('SOURCE_NOT_FOUND', 'The source column points out of the source directory.');
}
