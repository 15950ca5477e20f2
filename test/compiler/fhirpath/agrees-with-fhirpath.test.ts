import { describe, expect, test } from 'vitest';

import { compareWithFhirpath, isCodedElsewhere } from '../../support/invariants/compare-with-fhirpath.ts';
import {
  baseDefinitions,
  type Definition,
  typeModel,
  usCoreDefinitions,
  usCoreExamples,
  usCoreFolder,
} from '../../support/invariants/definitions.ts';
import { randomOf } from '../../support/invariants/mutate-element.ts';
import { placedInvariants } from '../../support/invariants/placed-invariants.ts';

describe.skipIf(usCoreFolder === undefined)('invariants beside fhirpath.js (needs the official US Core data)', () => {
  test.for(['3.1.1', '6.1.0'])(
    'every invariant of US Core %s and of the types that it uses says what fhirpath.js says',
    (version) => {
      const definitions = usCoreDefinitions(version);
      const invariants = placedInvariants([...definitions, ...typesUsedBy(definitions)], typeModel);
      const judged = invariants.filter((invariant) => !isCodedElsewhere(invariant));
      const { compiled, notCompilable, compared, agreeing, explained, differences } = compareWithFhirpath(
        usCoreExamples(version),
        judged,
        { model: typeModel, random: randomOf(7), rounds: 2 },
      );
      process.stdout.write(
        `US Core ${version}: ${compiled} invariants compiled, ${notCompilable.length} not; ` +
          `${compared} judgements compared, ${agreeing} the same, ${compared - agreeing - differences.length} different on purpose\n`,
      );
      for (const [reason, times] of explained) process.stdout.write(`  ${times} x ${reason}\n`);
      expect(differences.map(({ key, contextType, ours }) => `${key} on ${contextType}: ${String(ours)}`)).toEqual([]);
      expect(notCompilable.map(({ key }) => key)).toEqual(version === '3.1.1' ? ['us-core-1'] : []);
      expect(compared).toBeGreaterThan(5000);
    },
  );
});

/** Base definitions of the profiles, and of every data type that a snapshot element of theirs has. */
function typesUsedBy(profiles: readonly Definition[]): readonly Definition[] {
  const names = new Set<string>();
  const queue = [...profiles];
  for (let at = 0; at < queue.length; at += 1)
    for (const name of typesIn(queue[at])) {
      if (names.has(name)) continue;
      names.add(name);
      const found = baseDefinitions.find((one) => one.type === name && one.derivation !== 'constraint');
      if (found !== undefined) queue.push(found);
    }
  return queue.slice(profiles.length);
}

function typesIn(definition: Definition | undefined): readonly string[] {
  const elements = definition?.snapshot?.element ?? [];
  return [definition?.type ?? '', ...elements.flatMap(({ type = [] }) => type.map(({ code }) => code))];
}
