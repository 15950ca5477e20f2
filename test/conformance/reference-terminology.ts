import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readBase } from '../../compiler/package/read-base.ts';

/** What can be said of the value sets that the reference validator has, from their definitions alone. */
export interface ReferenceTerminology {
  /** True where the value set includes another that is nowhere at hand: the reference takes that one for empty. */
  isIncomplete(valueSet: string): boolean;
  /** True where the value set takes codes of systems that it names, and this system is none of them. */
  isOfOtherSystems(valueSet: string, system: string): boolean;
}

interface ValueSetLike {
  readonly url?: string;
  readonly compose?: { readonly include?: readonly Include[] };
}

interface Include {
  readonly system?: string;
  readonly valueSet?: readonly string[];
}

/** Reads the value sets of a version of US Core, and of base R4. */
export function referenceTerminology(dir: string, version: string): ReferenceTerminology {
  const folder = join(dir, version, 'valuesets');
  const own = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ValueSetLike);
  const includes = new Map(
    [...readBase().valueSets, ...own].map(({ url, compose }: ValueSetLike) => [url, compose?.include ?? []]),
  );
  return {
    isIncomplete: (url) =>
      includes.get(url)?.some(({ valueSet = [] }) => valueSet.some((one) => !includes.has(one.split('|')[0]))) === true,
    isOfOtherSystems: (url, system) =>
      includes.get(url)?.every((one) => one.valueSet === undefined && one.system !== system) === true,
  };
}
