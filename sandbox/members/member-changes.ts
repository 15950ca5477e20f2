import type { Clock } from '../clock.ts';
import type { Database, Row } from '../database.ts';
import { parseObject } from '../fhir/posted-bundle.ts';
import { withVersion } from '../fhir/stored-text.ts';
import { categoriesOf, type RecordedResource } from './record/record-context.ts';

/** What became of a member's record since it was made: the plan's own doing, not that of a client. */
export interface MemberChanges {
  /** Adds a resource, or a new version of one. Throws TypeError where the text is not this resource. */
  put(
    memberId: string,
    type: string,
    id: string,
    text: string,
  ): { readonly versionId: string; readonly lastUpdated: string };
  /** The record no longer shows the resource. */
  remove(memberId: string, type: string, id: string): void;
  /** The record as it is now: changed resources in their place, new ones behind. */
  applyTo(memberId: string, record: readonly RecordedResource[]): readonly RecordedResource[];
}

const KEEP = `INSERT INTO member_changes (member_id, resource_type, id, version, content, at) VALUES (?, ?, ?, 2, ?, ?)
  ON CONFLICT (member_id, resource_type, id) DO UPDATE SET version = version + 1, content = excluded.content, at = excluded.at
  RETURNING version`;

/** Changes that survive a restart; the first version of a resource is the one that the member's record is made with. */
export function createMemberChanges(database: Database, clock: Clock): MemberChanges {
  const keep = (memberId: string, type: string, id: string, text: string | null) => {
    const lastUpdated = clock.iso();
    const row = database.row(KEEP, memberId, type, id, text, lastUpdated);
    return { versionId: String(row?.['version']), lastUpdated };
  };
  return {
    put(memberId, type, id, text) {
      const resource = parseObject(text);
      if (resource?.['resourceType'] !== type || resource['id'] !== id)
        throw new TypeError('the body must be the resource that the path names');
      return keep(memberId, type, id, text);
    },
    remove(memberId, type, id) {
      keep(memberId, type, id, null);
    },
    applyTo(memberId, record) {
      const rows = database.rows('SELECT * FROM member_changes WHERE member_id = ? ORDER BY rowid', memberId);
      if (rows.length === 0) return record;
      const changes = new Map(rows.map((row) => [`${row['resource_type']}/${row['id']}`, row]));
      const kept = record.flatMap((resource) => {
        const change = changes.get(`${resource.type}/${resource.id}`);
        return change === undefined ? [resource] : versionsOf(change);
      });
      const made = new Set(record.map(({ type, id }) => `${type}/${id}`));
      return [...kept, ...[...changes].flatMap(([name, change]) => (made.has(name) ? [] : versionsOf(change)))];
    },
  };
}

/** The version that is shown, or none. */
function versionsOf({ resource_type, id, version, content, at }: Row): readonly RecordedResource[] {
  if (content === null || content === undefined) return [];
  const [versionId, lastUpdated] = [String(version), String(at)];
  const categories = categoriesOf(parseObject(String(content)) ?? {});
  const text = withVersion(String(content), versionId, lastUpdated);
  return [{ type: String(resource_type), id: String(id), versionId, lastUpdated, categories, text }];
}
