import * as fc from 'fast-check';

import type { SourceResource } from '../../../domain/payload/source-resource.ts';
import type { FhirResource } from '../../../schemas/fhir.ts';
import { patient, type Request, sources } from './planning.ts';

export interface Graph {
  readonly files: readonly (readonly SourceResource[])[];
  readonly distinct: number;
  readonly acyclic: boolean;
  readonly request: Request;
}

const types = ['Observation', 'Encounter', 'Practitioner', 'Condition', 'Claim', 'Provenance'];

/** Records with chains, cycles, repeats, dangling references, several files and narrow limits. */
export const graphs: fc.Arbitrary<Graph> = fc
  .record({
    nodes: fc.array(
      fc.record({
        type: fc.constantFrom(...types),
        to: fc.array(fc.nat(24), { maxLength: 4 }),
        note: fc.string({ maxLength: 300, unit: 'binary' }),
        copies: fc.constantFrom(1, 1, 1, 2, 3),
        file: fc.nat(2),
      }),
      { maxLength: 20 },
    ),
    acyclic: fc.boolean(),
    invalidType: fc.constantFrom('Condition', 'none'),
    maxEntries: fc.integer({ min: 1, max: 20 }),
    maxBytes: fc.integer({ min: 900, max: 5000 }),
    forms: fc.array(fc.constantFrom('relative', 'versioned', 'urn'), { minLength: 1, maxLength: 5 }),
  })
  .map(({ nodes, acyclic, invalidType, maxEntries, maxBytes, forms }) => {
    const reference = (target: number, form: string | undefined) => {
      if (target >= nodes.length) return `Practitioner/gone-${target}`;
      if (form === 'urn') return uuid(target);
      return `${nodes[target]!.type}/n${target}${form === 'versioned' ? '/_history/1' : ''}`;
    };
    const resources = nodes.map(({ type, to, note }, index): FhirResource => {
      const targets = acyclic ? to.filter((target) => target > index) : to;
      const links = targets.map((target, at) => ({ reference: reference(target, forms[at % forms.length]) }));
      return { resourceType: type, id: `n${index}`, subject: { reference: 'Patient/p' }, note, links };
    });
    const [self] = sources([patient]);
    const files = [0, 1, 2].map((file) =>
      nodes.flatMap((node, index) => {
        const source = { resource: resources[index]!, fullUrl: uuid(index), place: { file, entry: index } };
        return node.file === file ? Array.from({ length: node.copies }, () => source) : [];
      }),
    );
    return {
      files: [[self!], ...files],
      distinct: nodes.length + 1,
      acyclic,
      request: {
        policy: { maxEntries, maxBytes },
        validate: ({ resourceType }) =>
          resourceType === invalidType ? [{ severity: 'error', code: 'required' } as const] : [],
      },
    };
  });

function uuid(index: number): string {
  return `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}
