import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Records that another program wrote, where they are at hand; see CONTRIBUTING.md, "Test data of others". */
export const syntheaDirectory =
  process.env['SYNTHEA_DIR'] ?? join(import.meta.dirname, '../../../shared/members/synthea');

/** False where they are not; said once, so that nobody takes a skipped test for a passed one. */
export function syntheaIsThere(): boolean {
  const there = existsSync(syntheaDirectory);
  if (!there) process.stderr.write('SKIPPED: no Synthea records; set SYNTHEA_DIR to run this test.\n');
  return there;
}

export function syntheaFiles(): readonly string[] {
  return readdirSync(syntheaDirectory).filter((name) => name.endsWith('.json'));
}

interface SyntheticPatient {
  readonly id: string;
  readonly birthDate: string;
  readonly name: readonly { readonly family: string; readonly given: readonly string[] }[];
  readonly address?: readonly { readonly postalCode?: string }[];
}

/** The roster of these people: what their Patients say, and the file of each as its source. */
export function syntheaRoster(files: readonly string[]): string {
  const rows = files.map((file, index) => {
    const bundle = JSON.parse(readFileSync(join(syntheaDirectory, file), 'utf8')) as {
      entry: readonly { resource: { resourceType: string } }[];
    };
    const found = bundle.entry.find(({ resource }) => resource.resourceType === 'Patient');
    if (found === undefined) throw new Error('a record without a Patient');
    const { birthDate, name, address, id } = found.resource as unknown as SyntheticPatient;
    const zip = address?.[0]?.postalCode ?? '02116';
    return [`row-${index + 1}`, name[0]?.family, name[0]?.given[0], birthDate, id.slice(0, 12), zip, file].join(',');
  });
  return ['row_id,family,given,birth_date,previous_member_id,zip,source', ...rows].join('\n');
}
