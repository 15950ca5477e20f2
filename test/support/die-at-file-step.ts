import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

export interface FileSteps {
  /** Steps are counted on paths that begin with this. */
  readonly prefix: string;
  /** The process dies (SIGKILL) right before this step, counted from 1 over all steps or over those of one kind. */
  readonly dieAt?: number | { readonly kind: string; readonly time: number };
}

type Call = (...args: unknown[]) => unknown;

/**
 * Counts what this process does to files below a place (makes, opens, writes, syncs, closes, renames, lists, removes) and dies before
 * one of these steps. Returns what tells the steps so far.
 */
export function dieAtFileStep({ prefix, dieAt }: FileSteps): () => readonly string[] {
  const steps: string[] = [];
  const files = new Set<unknown>();
  const step = (name: string): void => {
    steps.push(name);
    const isLast =
      typeof dieAt === 'object'
        ? name === dieAt.kind && steps.filter((one) => one === name).length === dieAt.time
        : steps.length === dieAt;
    if (isLast) process.kill(process.pid, 'SIGKILL');
  };
  const isBelow = (path: unknown): boolean => typeof path === 'string' && path.startsWith(prefix);
  const patch = (target: object, name: string, before: (args: readonly unknown[]) => void): void => {
    const methods = target as Record<string, Call>;
    const original = methods[name];
    if (original === undefined) throw new Error(`there is no ${name}`);
    methods[name] = (...args) => {
      before(args);
      return original.apply(target, args);
    };
  };

  for (const name of ['mkdir', 'rename', 'rm', 'readdir', 'open'])
    patch(fs.promises, name, ([path]) => {
      if (isBelow(path)) step(name);
    });
  patch(fs, 'open', (args) => {
    if (!isBelow(args[0])) return;
    step('create');
    const opened = args.at(-1) as Call;
    (args as unknown[])[args.length - 1] = (error: unknown, file: unknown) => {
      files.add(file);
      opened(error, file);
    };
  });
  for (const name of ['write', 'writev', 'fsync', 'close'])
    patch(fs, name, ([file]) => {
      if (files.has(file)) step(name);
      if (name === 'close') files.delete(file);
    });
  syncBuiltinESMExports();
  return () => steps;
}
