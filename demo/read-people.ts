import { readFile } from 'node:fs/promises';

import { parse } from 'csv-parse/sync';

/** A synthetic person of a roster, as it is written there. */
export interface Person {
  readonly row_id: string;
  readonly family: string;
  readonly given: string;
  /** YYYY-MM-DD */
  readonly birth_date: string;
  readonly previous_member_id: string;
  readonly zip: string;
  readonly email: string;
}

/** The people of one of our rosters by row id: whoever plays a member knows who that is. */
export async function readPeople(rosterFile: string): Promise<ReadonlyMap<string, Person>> {
  const people = parse<Person>(await readFile(rosterFile, 'utf8'), { columns: true });
  return new Map(people.map((person) => [person.row_id, person]));
}
