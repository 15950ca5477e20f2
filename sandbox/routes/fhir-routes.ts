import { Hono } from 'hono';

import { bundleAnswer } from '../fhir/bundle-answer.ts';
import { capabilityStatement } from '../fhir/capability-statement.ts';
import { createAnswer, unstoredEntries } from '../fhir/create-answer.ts';
import { outcomeAnswer, readAnswer, searchAnswer } from '../fhir/read-answer.ts';
import { tokenRefusal } from '../fhir/token-refusal.ts';
import type { World } from '../world.ts';
import { type Answer, type NodeContext, type Visit, receiveVisit } from './visit.ts';

/** The FHIR origin: everything under /r4. */
export function fhirRoutes(world: World): Hono {
  const app = new Hono();
  app.all('*', (c) =>
    receiveVisit(c as unknown as NodeContext, world, {
      origin: 'fhir',
      work: (visit) => {
        const answer = fhirAnswer(world, visit);
        return { ...answer, entries: answer.entries ?? unstoredEntries(visit) };
      },
      describeUnstored: unstoredEntries,
    }),
  );
  return app;
}

function fhirAnswer(world: World, visit: Visit): Answer {
  const [, base, type, id, ...rest] = visit.path.split('/');
  if (base !== 'r4' || rest.length > 0) return outcomeAnswer(404, 'not-found', 'no such path');
  if (visit.method === 'GET' && type === 'metadata') {
    return { status: 200, body: JSON.stringify(capabilityStatement(world.addresses.fhirBaseUrl)) };
  }
  return visit.method === 'POST' && id === undefined ? write(world, visit, type) : read(world, visit, type, id);
}

function write(world: World, visit: Visit, type: string | undefined): Answer {
  const refusal = tokenRefusal(world, visit, 'write');
  if (refusal !== undefined || visit.token === undefined) return refusal ?? outcomeAnswer(401, 'login', 'no token');
  const { holder } = visit.token;
  if (type === undefined || type === '') return bundleAnswer(world, visit, holder);
  return createAnswer(world, visit, holder, type);
}

/** Reads; and updates and deletes, which no token allows. */
function read(world: World, visit: Visit, type: string | undefined, id: string | undefined): Answer {
  const refusal = tokenRefusal(world, visit, 'read');
  const member = world.members.find(visit.token?.holder.previousMemberId ?? '');
  if (refusal !== undefined || member === undefined) return refusal ?? outcomeAnswer(401, 'login', 'no such member');
  // "that you have the scopes and permissions to access (read-only)" (seed, Step 3)
  if (visit.method !== 'GET') return outcomeAnswer(403, 'forbidden', 'this token is read-only');
  if (type === undefined || type === '') return outcomeAnswer(404, 'not-supported', 'no search over all types');
  return id === undefined ? searchAnswer(world, visit, member, type) : readAnswer(world, visit, member, type, id);
}
