import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';

import { resetConnection, waitIfSlow } from '../faults/connection-faults.ts';
import type { FiredFaults } from '../faults/fault-list.ts';
import type { FaultKind } from '../faults/fault-rule.ts';
import type { World } from '../world.ts';
import { insteadOfAnswer } from './instead-of-answer.ts';
import type { NodeContext } from './visit.ts';

const RESETS: readonly FaultKind[] = ['reset-before-reading', 'reset-before-storing'];

/** What a member's browser gets in the place of an authorization page; no code is issued then. */
export async function pageInstead(c: NodeContext, world: World, faults: FiredFaults): Promise<Response | undefined> {
  await waitIfSlow(faults.get('slow'), 'before-storing');
  if (RESETS.some((kind) => faults.has(kind))) {
    resetConnection(c.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  }
  const answer = insteadOfAnswer(world, faults, 'before-storing');
  return answer === undefined ? undefined : c.body(answer.body, answer.status as 200, { ...answer.headers });
}
