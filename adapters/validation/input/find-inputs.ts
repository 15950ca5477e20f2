import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CarryoverError } from '../../../schemas/failures.ts';

/** Something to read resources from. `size` is 0 where it is not known. */
export type Input =
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly form: InputForm;
      readonly gzip: boolean;
      readonly size: number;
    }
  | {
      readonly kind: 'standard-input';
      readonly file: '-';
      readonly form: 'by-content';
      readonly gzip: false;
      readonly size: 0;
    };

/** One JSON document, one resource a line, or whatever the first line says. */
export type InputForm = 'document' | 'lines' | 'by-content';

const known = /\.(json|ndjson|jsonl)(\.gz)?$/i;

/**
 * The files that are meant by what was typed: a file of any name, a folder (every `.json`, `.ndjson`, `.jsonl` below it, plain or
 * `.gz`, sorted by path), or `-`. A name that is not there stays in the list: it gets its verdict like any other.
 * Throws USAGE where a folder holds nothing to judge, and where `-` is given more than once.
 */
export async function findInputs(paths: readonly string[]): Promise<readonly Input[]> {
  if (paths.filter((path) => path === '-').length > 1)
    throw new CarryoverError('USAGE', 'Standard input can be read only once.');
  const found: Input[] = [];
  for (const path of paths) found.push(...(await inputsOf(path)));
  return found;
}

async function inputsOf(path: string): Promise<readonly Input[]> {
  if (path === '-') return [{ kind: 'standard-input', file: '-', form: 'by-content', gzip: false, size: 0 }];
  const about = await stat(path).catch(() => undefined);
  if (about?.isDirectory() !== true) return [inputOf(path, about?.size ?? 0)];
  const names = (await readdir(path, { recursive: true })).filter((name) => known.test(name)).toSorted();
  const files: Input[] = [];
  for (const name of names) {
    const file = join(path, name);
    const inside = await stat(file).catch(() => undefined);
    if (inside?.isDirectory() !== true) files.push(inputOf(file, inside?.size ?? 0));
  }
  if (files.length === 0)
    throw new CarryoverError('USAGE', 'The folder holds no .json, .ndjson or .jsonl file, plain or .gz.', {
      file: path,
    });
  return files;
}

function inputOf(file: string, size: number): Input {
  const [, ending = '', gz] = known.exec(file) ?? [];
  const gzip = gz !== undefined || /\.gz$/i.test(file);
  const form = ending === '' ? 'by-content' : ending.toLowerCase() === 'json' ? 'document' : 'lines';
  return { kind: 'file', file, form, gzip, size };
}
