import { join } from 'node:path';

import { afterEach, describe, expect, inject, test } from 'vitest';

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

      const ends = (await ledger.transfers.list({ batchId })).map(({ line, projection }) => [
        rows[line - 2],
        { resources: projection.counts.resources, withheld: projection.withheldByReason },
      ]);
      const expected = rows.map((row) => {
        const { resources = [] } = members.find(({ patient }) => patient.id === row.patientId) ?? {};
        return [row, { resources: resources.length, withheld: withheldByRule(resources, version) }];
      });
      expect(ends).toEqual(expected);
      process.stderr.write(
        `US Core ${version}: ${rows.length} records, ${counts.resources} resources, ${counts.confirmed} confirmed, ${counts.withheld} withheld.\n`,
      );
    },
  );
});

/** Examples that the reference validator refuses, too: a hash that is no base64, a unit outside of a required set. */
const invalidExamples: Readonly<Record<string, readonly string[]>> = {
  '3.1.1': ['DiagnosticReport/cardiology-report', 'Observation/satO2-fiO2'],
};

/** What the profile says is not sent, by the reason that it then has. */
function withheldByRule(resources: readonly FhirResource[], version: string): Record<string, number> {
  const accepted: readonly string[] = [...usCoreClinicalTypes, ...supportingTypes];
  const neverClinical: readonly string[] = nonClinicalTypes;
  const withheld: Record<string, number> = {};
  for (const { resourceType, id } of resources) {
    const invalid = invalidExamples[version]?.includes(`${resourceType}/${id}`) === true;
    if (accepted.includes(resourceType) && !invalid) continue;
    const typeReason = neverClinical.includes(resourceType) ? 'not-clinical' : 'type-not-accepted';
    const reason = invalid ? 'invalid' : typeReason;
    withheld[reason] = (withheld[reason] ?? 0) + 1;
  }
  return withheld;
}
