import { generateMember } from '../../fixtures/generate-member.ts';
import type { Example } from './us-core-data.ts';

/** Resources of made-up members, one of each kind that the generator makes: they hold no data of others, so they run everywhere. */
export function syntheticExamples(): readonly Example[] {
  const { resources } = generateMember({ seed: 11, index: 0, size: 200 });
  const kinds = Map.groupBy(resources, (resource) => {
    const { resourceType, meta } = resource as {
      readonly resourceType: string;
      readonly meta?: { readonly profile?: readonly string[] };
    };
    return `${resourceType} ${meta?.profile?.[0] ?? ''}`;
  });
  return [...kinds.values()].flatMap(([first]) => {
    const { resourceType, id } = first as { readonly resourceType: string; readonly id: string };
    return [{ name: `${resourceType}/${id}`, text: JSON.stringify(first) }];
  });
}
