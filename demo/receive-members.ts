import { fileURLToPath } from 'node:url';

import type { LaunchDocument, LinksDocument } from './cli-documents.ts';
import { DemoFailure } from './demo-failure.ts';
import { followBatch, isClosed } from './follow-batch.ts';
import { authorizeAsMember } from './member-browser.ts';
import { readPeople } from './read-people.ts';
import type { Run } from './run.ts';

/** The four test members of the counterpart's sandbox (seed, "test user accounts"). */
const rosterFile = fileURLToPath(new URL('../fixtures/rosters/receive-test-members.csv', import.meta.url));

/** Fetches the records of four members from their earlier plan; each of them consents on the way. Returns the batch. */
export async function receiveMembers(run: Run): Promise<string> {
  const { carryover, screen } = run;
  screen.say(`
Receiving: four members have come to our plan, and we fetch their records from the plan before.
  A roster names them. Carryover makes a link for each; only the member can open it and say yes.`);
  const launch = ['receive', '--roster', rosterFile, '--counterpart', 'sandbox'];
  const { batchId, rows } = await carryover<LaunchDocument>(launch);
  await followBatch(run, batchId, ({ byState }) => byState['link-issued'] === rows);

  await consentAsMembers(run, batchId);
  await followBatch(run, batchId, isClosed);
  screen.say('  All four records are read, checked and stored, and written as NDJSON for the data team.');
  return batchId;
}

async function consentAsMembers({ carryover, screen, signal }: Run, batchId: string): Promise<void> {
  const people = await readPeople(rosterFile);
  const { links } = await carryover<LinksDocument>(['links', batchId]);
  let pageBefore = '';
  for (const { rowId, line, url } of links) {
    const person = people.get(rowId);
    if (person === undefined) throw new DemoFailure(`Line ${line} of the roster has a link and no person.`);
    const page = await authorizeAsMember(url, person, signal);
    const saw = page === pageBefore ? 'the same page.' : `this page of ours:\n    "${page}"`;
    screen.say(`  The member on line ${line} filled in the other plan's forms, agreed, and came back to ${saw}`);
    pageBefore = page;
  }
}
