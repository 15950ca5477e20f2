import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { loadSourceServer } from '../../adapters/source/server/load-source-server.ts';
import { generateMember } from '../../fixtures/generate-member.ts';
import { rosterCsv } from '../../fixtures/write-roster.ts';
import { launchBatch } from '../../operations/launch-batch.ts';
import type { TransferState } from '../../schemas/states.ts';
import { json, openHttpServer, type HttpServer } from '../adapters/http/support/http-server.ts';
import type { Canary } from './canary-scan.ts';
import type { World } from './open-world.ts';
import { untilEnded } from './people.ts';
import { writeDescription, writeKey, writeSecret } from './source-files.ts';
import { openFhirSource, type Kept } from './source-server.ts';

/**
 * Sends one member from each of three source servers: with a client assertion, with a bearer token, and from one that lets nobody in
 * and quotes back what it was asked. Returns the secrets that were used, each of which went over the wire; a worker must be running.
 */
export async function sendFromSources(world: World): Promise<readonly Canary[]> {
  const token = `source-bearer-${randomBytes(12).toString('hex')}`;
  const publicKey = await writeKey(world.directory);
  await writeSecret(join(world.directory, 'token.txt'), token);

  const smart = await openFhirSource({ records: [recordOf(0)], publicKey });
  const bearer = await openFhirSource({ records: [recordOf(1)] });
  const refusing = await openHttpServer(({ body, headers }, response) => {
    const said = `${body} ${headers.authorization ?? ''}`;
    json(response, 400, { error: 'invalid_client', error_description: said, resourceType: 'OperationOutcome' });
  });
  try {
    await sendFrom(world, 0, await writeDescription(world.directory, smart), 'sent');
    await sendFrom(world, 1, await writeBearerDescription(world.directory, bearer.fhirBaseUrl), 'sent');
    const urls = { fhirBaseUrl: refusing.origin, tokenUrl: `${refusing.origin}/token` };
    await sendFrom(world, 2, await writeDescription(world.directory, urls), 'failed');
    await sendFrom(world, 3, await writeBearerDescription(world.directory, refusing.origin), 'failed');

    if (
      ![bearer, refusing].every((server) => server.seen.some(({ headers }) => headers.authorization?.includes(token)))
    )
      throw new Error('the bearer token did not go over the wire');
    const [, keyLine = ''] = (await readFile(join(world.directory, 'key.pem'), 'utf8')).split('\n');
    return [
      { name: 'source bearer token', text: token },
      { name: 'source client key', text: keyLine },
      ...smart.granted.map((text, index) => ({ name: `source access token ${index + 1}`, text })),
      ...[smart, refusing]
        .flatMap(assertionsOf)
        .map((text, index) => ({ name: `client assertion ${index + 1}`, text })),
    ];
  } finally {
    await Promise.all([smart, bearer, refusing].map((server) => server.close()));
  }
}

const member = (index: number) => generateMember({ seed: 43, index, size: 40 });

function recordOf(index: number) {
  const { record, resources } = member(index);
  const kept = resources as unknown as readonly Kept[];
  const patientId = kept.find(({ resourceType }) => resourceType === 'Patient')?.id ?? '';
  return { identifier: record.previousMemberId, patientId, resources: kept };
}

async function sendFrom(world: World, index: number, description: string, end: TransferState): Promise<void> {
  const { family, given, birthDate, previousMemberId, zip } = member(index).record;
  const row = { row_id: 'row-1', family, given, birth_date: birthDate, zip, email: '', source: '' };
  const rosterFile = join(world.directory, 'roster', `from-source-${index}.csv`);
  await writeFile(rosterFile, rosterCsv([{ ...row, previous_member_id: previousMemberId }]));
  const sourceServer = await loadSourceServer(description);
  const launch = { direction: 'send', profile: world.profile, rosterFile, sourceServer, again: false } as const;
  const mailsRead = (await world.admin.mailbox()).at(-1)?.id ?? 0;
  const { batchId } = await launchBatch(world.operator, launch);
  await untilEnded(world, batchId, async () => {}, 600, mailsRead);
  const { byState } = await world.dataDir.ledger.transfers.progress(batchId);
  if (byState[end] !== 1) throw new Error(`not ${end}: ${JSON.stringify(byState)}`);
}

async function writeBearerDescription(directory: string, fhirBaseUrl: string): Promise<string> {
  const file = join(directory, 'bearer-source.toml');
  const lines = ['environment = "sandbox"', 'auth = "bearer"', 'token_file = "token.txt"', 'retrieval = "everything"'];
  const patient = ['patient = "identifier"', 'identifier_system = "urn:plan:members"'];
  await writeFile(file, [`fhir_base_url = "${fhirBaseUrl}"`, ...lines, ...patient, ''].join('\n'));
  return file;
}

/** Header and payload are public; what signs them is the secret part. */
function assertionsOf({ seen }: HttpServer): readonly string[] {
  const assertions = seen.flatMap(({ body }) => new URLSearchParams(body).get('client_assertion') ?? []);
  return assertions.map((assertion) => assertion.split('.').at(-1) ?? '');
}
