import type { Fates, SentResource, WithheldResource } from './decide-fates.ts';
import type { DistinctResource } from './distinct-resources.ts';

/**
 * Where the server assigns the ids, a reference to what is not sent can never be made: what refers to it is withheld, too, and what
 * refers to that (design.md, rule 8). What an earlier transfer sent is not in the way where its id there is known.
 */
export function withholdDependents(fates: Fates): Fates {
  const absent = new Set<DistinctResource>(fates.withheld.map(({ prepared }) => prepared.source));
  const withheld: WithheldResource[] = [...fates.withheld];
  let sent = fates.sent;
  for (;;) {
    const left: SentResource[] = [];
    for (const resource of sent) {
      const missing = resource.prepared.references.find(
        (target) => target.kind === 'inside' && absent.has(target.target),
      );
      if (missing?.kind !== 'inside') {
        left.push(resource);
        continue;
      }
      absent.add(resource.prepared.source);
      const detail = missing.target.resource.resourceType;
      withheld.push({ prepared: resource.prepared, reason: 'depends-on', detail });
    }
    if (left.length === sent.length) return { sent, withheld };
    sent = left;
  }
}
