import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { isErrorCode } from '../objects/atomic-file.ts';

/** Folders that this process is writing now. */
const beingWritten = new Set<string>();

/** Where folders of one delivery are while they are written: `<parent>/.<name>.partial-<process id>-<random>`. */
export interface UnfinishedPlace {
  readonly parent: string;
  readonly name: string;
}

/** A folder (0700) that has no name that anybody looks for. */
export interface UnfinishedFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a new folder; those that processes left behind that died are removed first. */
export async function openUnfinishedFolder(place: UnfinishedPlace): Promise<UnfinishedFolder> {
  await mkdir(place.parent, { recursive: true, mode: 0o700 });
  for (const left of await foldersOf(place)) if (!left.alive) await rm(left.path, { recursive: true, force: true });
  const path = join(place.parent, `${beginningOf(place)}${process.pid}-${randomUUID()}`);
  await mkdir(path, { mode: 0o700 });
  beingWritten.add(path);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      beingWritten.delete(path);
    },
  };
}

/** Whether somebody else is writing the same delivery at this moment. */
export async function isWrittenElsewhere(place: UnfinishedPlace, mine: UnfinishedFolder): Promise<boolean> {
  return (await foldersOf(place)).some(({ path, alive }) => alive && path !== mine.path);
}

async function foldersOf(
  place: UnfinishedPlace,
): Promise<readonly { readonly path: string; readonly alive: boolean }[]> {
  const beginning = beginningOf(place);
  const names = (await readdir(place.parent)).filter((name) => name.startsWith(beginning));
  return names.map((name) => {
    const path = join(place.parent, name);
    return { path, alive: isBeingWritten(path, Number.parseInt(name.slice(beginning.length), 10)) };
  });
}

function beginningOf({ name }: UnfinishedPlace): string {
  return `.${name}.partial-`;
}

/** In a container a program often has the process id that it had before it died: then only this process knows what is its own. */
function isBeingWritten(path: string, pid: number): boolean {
  return pid === process.pid ? beingWritten.has(path) : isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive, too.
    return isErrorCode(error, 'EPERM');
  }
}
