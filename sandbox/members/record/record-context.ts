import { createHash } from 'node:crypto';

import type { TestMember } from '../test-members.ts';

/** A resource of a member's record, as JSON text: what a reader receives, byte for byte. */
export interface RecordedResource {
  readonly type: string;
  readonly id: string;
  readonly versionId: string;
  readonly lastUpdated: string;
  /** Codes of `category`, for searches. */
  readonly categories: readonly string[];
  readonly text: string;
}

export interface RecordContext {
  readonly member: TestMember;
  /** Reference to one of this member's own resources. */
  reference(type: string, number?: number): { reference: string };
  /** Reference to a resource that members share. */
  shared(type: SharedType): { reference: string };
  /** A US Core resource of this member. */
  own(type: string, number: number, elements: Elements, profile?: string): RecordedResource;
  /** A resource that stands in every member's record, the same each time. */
  common(type: SharedType, elements: Elements, profile?: string): RecordedResource;
  /** One of the choices, always the same for the same member and label. */
  choose<Choice>(label: string, choices: readonly Choice[]): Choice;
  /** A day of a visit, ISO; the newest visit is number 0. */
  visitDay(number: number): string;
}

export type SharedType = 'Organization' | 'Location' | 'Practitioner';
export type Elements = Readonly<Record<string, unknown>>;

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/';
const NEWEST_VISIT = Date.UTC(2026, 8, 14);
const DAY_MS = 86_400_000;

export function createRecordContext(member: TestMember): RecordContext {
  const idOf = (type: string, number: number): string => `${member.memberId}-${type.toLowerCase()}-${number}`;
  return {
    member,
    reference: (type, number = 1) => ({ reference: `${type}/${idOf(type, number)}` }),
    shared: (type) => ({ reference: `${type}/${sharedId(type)}` }),
    own: (type, number, elements, profile) => recorded(type, idOf(type, number), elements, profile),
    common: (type, elements, profile) => recorded(type, sharedId(type), elements, profile),
    choose(label, choices) {
      const digest = createHash('sha256').update(`${member.memberId} ${label}`).digest();
      return choices[digest.readUInt32BE() % choices.length] as (typeof choices)[number];
    },
    visitDay: (number) => new Date(NEWEST_VISIT - number * 47 * DAY_MS).toISOString().slice(0, 10),
  };
}

function sharedId(type: SharedType): string {
  return `demo-clinic-${type.toLowerCase()}`;
}

function recorded(type: string, id: string, elements: Elements, profile?: string): RecordedResource {
  const lastUpdated = '2026-09-20T08:15:00.000Z';
  const versionId = '1';
  const meta = {
    versionId,
    lastUpdated,
    ...(profile === undefined ? {} : { profile: [`${US_CORE}${profile}`] }),
  };
  const text = JSON.stringify({ resourceType: type, id, meta, ...elements });
  return { type, id, versionId, lastUpdated, categories: categoriesOf(elements), text };
}

/** The codes of an element `category`. */
export function categoriesOf(elements: Elements): string[] {
  const list = (elements['category'] ?? []) as readonly { coding?: readonly { code: string }[] }[];
  return list.flatMap((concept) => (concept.coding ?? []).map((coding) => coding.code));
}
