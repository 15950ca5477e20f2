/**
 * Compares every compiled invariant of R4 and US Core with fhirpath.js on the official examples and on changed copies of their elements:
 * `npx node test/conformance/compare-invariants.ts [seed] [rounds] [--speed]`. Needs the official US Core data; exit code 1 where they differ.
 */
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';

import { fixExpression } from '../../compiler/fhirpath/expression-fixes.ts';
import { compareWithFhirpath, isCodedElsewhere } from '../support/invariants/compare-with-fhirpath.ts';
import {
  baseDefinitions,
  typeModel,
  usCoreDefinitions,
  usCoreExamples,
  usCoreFolder,
} from '../support/invariants/definitions.ts';
import { judgeOf } from '../support/invariants/judge-compiled.ts';
import { randomOf } from '../support/invariants/mutate-element.ts';
import { placedInvariants, type PlacedInvariant } from '../support/invariants/placed-invariants.ts';

const [seed = 1, rounds = 8] = process.argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
const say = (line: string) => process.stdout.write(`${line}\n`);

if (usCoreFolder === undefined) {
  say('The official US Core data is not at hand: set US_CORE_DIR.');
  process.exit(2);
}

const versions = ['3.1.1', '6.1.0'];
const definitions = [...baseDefinitions, ...versions.flatMap(usCoreDefinitions)];
const invariants = placedInvariants(definitions, typeModel).filter((one) => !isCodedElsewhere(one));
const examples = versions.flatMap(usCoreExamples);
const { compiled, notCompilable, compared, agreeing, explained, differences } = compareWithFhirpath(
  examples,
  invariants,
  { model: typeModel, random: randomOf(seed), rounds },
);

say(`invariants (expression and type of element): ${compiled} compiled, ${notCompilable.length} not`);
for (const { key, contextType } of notCompilable) say(`  not compiled: ${key} on ${contextType}`);
say(`judgements: ${compared} compared, ${agreeing} the same (seed ${seed}, ${rounds} changed copies of each element)`);
for (const [reason, times] of explained) say(`  ${times} x on purpose: ${reason}`);
for (const { key, contextType, ours } of differences.slice(0, 50))
  say(`  DIFFERENT: ${key} on ${contextType}: ours ${String(ours)}`);
if (process.argv.includes('--speed')) saySpeeds();
process.exitCode = differences.length > 0 ? 1 : 0;

/** Judgements per second of the rules that are judged most, beside fhirpath.js, which compiles them too. */
function saySpeeds(): void {
  const observation = examples.find((one) => one['resourceType'] === 'Observation' && one['component'] !== undefined);
  const identifier = { system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' };
  const nodes: Readonly<Record<string, unknown>> = {
    'obs-6': observation,
    'obs-7': observation,
    'us-core-2': observation,
    'ref-1': { reference: 'Patient/example' },
    'per-1': { start: '2020-05-17', end: '2020-05-18' },
    'qty-3': { value: 1, system: 'http://unitsofmeasure.org', code: 'mg' },
    'us-core-16': identifier,
    'us-core-17': identifier,
  };
  for (const [key, node] of Object.entries(nodes)) {
    const rule = invariants.find(
      (one) => one.key === key && (key !== 'us-core-2' || one.expression.includes('hasMember')),
    );
    if (rule === undefined) continue;
    const [ours, theirs] = speedsOf(rule, node);
    say(`${key}: ${ours} per ms, fhirpath.js ${theirs} per ms`);
  }
}

function speedsOf({ key, expression, contextType }: PlacedInvariant, node: unknown): readonly [number, number] {
  const fixed = fixExpression(key, expression);
  const environment = { resource: node, rootResource: node };
  const judge = judgeOf({ expression: fixed, contextType, typeModel });
  const evaluate = fhirpath.compile({ base: contextType, expression: fixed }, r4, { traceFn: () => {} });
  // Several copies, so that nothing can be known before the loop begins.
  const nodes = Array.from({ length: 64 }, () => structuredClone(node));
  return [
    perMs((at) => judge?.(nodes[at % 64], undefined, environment)),
    perMs((at) => evaluate(nodes[at % 64], environment)),
  ];
}

/** How often it can be asked. The answers are counted, or nobody would need to compute them. */
function perMs(judge: (at: number) => unknown): number {
  let seen = 0;
  const until = (ms: number) => {
    const end = performance.now() + ms;
    let times = 0;
    for (; performance.now() < end; times += 100)
      for (let n = 0; n < 100; n += 1) if (judge(times + n) !== undefined) seen += 1;
    return times / ms;
  };
  until(100);
  return seen > 0 ? Number(until(300).toPrecision(2)) : 0;
}
