import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { extract } from 'tar-stream';

import type { FhirPackage } from './definitions.ts';
import { sortDefinitions } from './sort-definitions.ts';

/** A package cannot be used; the message says what is wrong with it and where. */
export class PackageProblem extends Error {}

interface PackageFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads a FHIR package: a .tgz, the folder that one unpacks to, or any folder (sub-folders too) of definitions in JSON. Examples
 * are left out.
 * @throws {PackageProblem} where there is no package, or a file of it is not JSON
 */
export async function readPackage(path: string): Promise<FhirPackage> {
  const files = isFile(path) ? await filesOfTarball(path) : filesOfFolder(path);
  const parsed = files.map(({ name, text }) => ({ name, value: parse(path, name, text) }));
  const manifest = parsed.find(({ name, value }) => basename(name) === 'package.json' && isManifest(value))?.value;
  const { name = basename(path), version = 'unknown' } = (manifest ?? {}) as { name?: string; version?: string };
  const contents = sortDefinitions(
    name,
    version,
    parsed.map(({ value }) => value),
  );
  // A package may hold terminology alone, as that of the value sets of the NLM does.
  if (contents.structures.length + contents.valueSets.length + contents.codeSystems.length === 0)
    throw new PackageProblem(`${path} holds no StructureDefinition, ValueSet or CodeSystem: it is not a FHIR package.`);
  return contents;
}

function isFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new PackageProblem(`There is no FHIR package at ${path}.`);
  return found.isFile();
}

/** Folders of a package that hold no definitions to compile. */
const leftOut = /(^|\/)(examples?|tests?|openapi|xml|xsd|node_modules)(\/|$)/;

function filesOfFolder(path: string): PackageFile[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.json') && !leftOut.test(name))
    .map((name) => ({ name, text: readFileSync(join(path, name), 'utf8') }));
}

async function filesOfTarball(path: string): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  const entries = extract();
  entries.end(unzipped(path));
  for await (const entry of entries) {
    const { name } = entry.header;
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (name.endsWith('.json') && !leftOut.test(name))
      files.push({ name, text: Buffer.concat(chunks).toString('utf8') });
  }
  return files;
}

function unzipped(path: string): Buffer {
  try {
    return gunzipSync(readFileSync(path));
  } catch {
    throw new PackageProblem(`${path} is not a gzipped package (.tgz).`);
  }
}

function parse(path: string, name: string, text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text) as unknown;
  } catch {
    throw new PackageProblem(`${name} of the package ${path} is not JSON.`);
  }
}

function isManifest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !('resourceType' in value) && 'version' in value;
}
