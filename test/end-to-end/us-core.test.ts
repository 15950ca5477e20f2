import { join } from 'node:path';

import { afterEach, describe, expect, inject, test } from 'vitest';

import { loadValidator } from '../../adapters/validation/load-validator.ts';
import { nonClinicalTypes, supportingTypes, usCoreClinicalTypes, type FhirResource } from '../../schemas/fhir.ts';
import { openWorld, type World } from '../support/open-world.ts';
import { sendWhole } from '../support/send-whole.ts';
import { exampleMembers, usCoreIsThere, writeExampleMembers } from '../support/us-core-members.ts';

let world: World | undefined;
afterEach(() => world?.close());

describe.for(['6.1.0', '3.1.1'])('the official examples of US Core %s', (version) => {
  test.runIf(usCoreIsThere(version))(
    'go through whole as Bundle, NDJSON and folder, and each resource has one end',
    async () => {
      world = await openWorld({
        temporalAddress: inject('temporalAddress'),
        send: `write_timeout_ms = 5000\nvalidation.us_core_version = "${version}"`,
      });
      const { ledger } = world.dataDir;
      const members = exampleMembers(version);
      const directory = join(world.directory, 'roster');
      const { rosterFile, rows } = await writeExampleMembers(directory, members);
      await world.startWorker();
      const { batchId, byState, counts } = await sendWhole(world, { rosterFile, sourceDir: directory });
      expect(byState).toEqual({ sent: rows.length });

      // Some of the 3.1.1 examples break rules of base R4 and of 3.1.1 itself.
      const { isValid } = await loadValidator({ usCoreVersion: version });
      const ends = (await ledger.transfers.list({ batchId })).map(({ line, projection }) => [
        rows[line - 2],
        { resources: projection.counts.resources, withheld: projection.withheldByReason },
      ]);
      const expected = rows.map((row) => {
        const { resources = [] } = members.find(({ patient }) => patient.id === row.patientId) ?? {};
        return [row, { resources: resources.length, withheld: withheldByRule(resources, isValid) }];
      });
      expect(ends).toEqual(expected);
      process.stderr.write(
        `US Core ${version}: ${rows.length} records, ${counts.resources} resources, ${counts.confirmed} confirmed, ${counts.withheld} withheld.\n`,
      );
    },
  );
});

/** What the profile says is not sent, by the reason that it then has. */
function withheldByRule(
  resources: readonly FhirResource[],
  isValid: (resource: FhirResource) => boolean,
): Record<string, number> {
  const accepted: readonly string[] = [...usCoreClinicalTypes, ...supportingTypes];
  const neverClinical: readonly string[] = nonClinicalTypes;
  const withheld: Record<string, number> = {};
  for (const resource of resources) {
    const { resourceType } = resource;
    const refused = neverClinical.includes(resourceType) ? 'not-clinical' : 'type-not-accepted';
    const reason = accepted.includes(resourceType) ? 'invalid' : refused;
    // Numbers are kept as they are written; rules are about their values.
    if (reason === 'invalid' && isValid(JSON.parse(JSON.stringify(resource)) as FhirResource)) continue;
    withheld[reason] = (withheld[reason] ?? 0) + 1;
  }
  return withheld;
}
