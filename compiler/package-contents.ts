import type { LeftOut } from './compile-package.ts';
import type { CompiledPackage } from './standalone/compiled-package.ts';
import { knownCodes } from './terminology/code-systems.ts';

/** What of a package is there to judge by. */
export interface PackageContents {
  readonly name: string;
  readonly version: string;
  /** Profiles of resources and of data types. */
  readonly profiles: number;
  readonly extensions: number;
  /** They count only where a profile or extension of the package binds a code to them. */
  readonly valueSets: number;
  /** Those whose codes are all in the package: codings of them are looked up. */
  readonly codeSystems: number;
}

/** Counts what a compiled package holds. */
export function contentsOf({ name, version, documents, valueSets, codeSystems }: CompiledPackage): PackageContents {
  const extensions = documents.filter(({ kind }) => kind === 'extension').length;
  return {
    name,
    version,
    profiles: documents.length - extensions,
    extensions,
    valueSets: valueSets.length,
    codeSystems: codeSystems.filter((system) => knownCodes(system) !== undefined).length,
  };
}

/** Why nothing can be judged by a package; undefined where something can. */
export function nothingToJudgeBy(
  { profiles, extensions, codeSystems, valueSets }: PackageContents,
  leftOut: readonly LeftOut[],
): string | undefined {
  if (profiles + extensions > 0) return undefined;
  const [first] = leftOut;
  // Who brings profiles wants to be judged by them: code systems alone would look as if that was done.
  if (first !== undefined) return `None of its definitions can be compiled: ${first.url} is left out: ${first.reason}.`;
  if (codeSystems > 0) return undefined;
  if (valueSets === 0) return 'None of its code systems has all of its codes in it.';
  return 'It holds value sets only, which count only where a profile of the same package binds codes to them.';
}
