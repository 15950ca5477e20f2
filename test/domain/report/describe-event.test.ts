import { expect, test } from 'vitest';

import { describeEvent } from '../../../domain/report/describe-event.ts';
import { asBatchId, asCounterpartId, asDeedId, asObjectKey, asSecretId, asTransferId } from '../../../schemas/ids.ts';
import type { LedgerEventBody } from '../../../schemas/ledger-events.ts';

const deedId = asDeedId('deed-canary');
const secretId = asSecretId('secret-canary');
const object = asObjectKey('object-canary');
const expiresAt = '2026-01-01T00:00:00.000Z';
const plan = { resources: 5, planned: 3, repeats: 1, withheld: 1, bundles: 1, withheldByReason: {} };
const entries = [
  { ordinal: 0, outcome: 'confirmed', status: 201, storedId: 'stored-canary' },
  { ordinal: 1, outcome: 'refused', status: 400 },
] as const;

/** One event of every kind, and what is said of it. */
const said: Readonly<Record<LedgerEventBody['kind'], readonly [LedgerEventBody, string]>> = {
  recorded: [
    {
      kind: 'recorded',
      direction: 'send',
      counterpartId: asCounterpartId('plan-a'),
      batchId: asBatchId('batch-canary'),
      line: 3,
    },
    'recorded from line 3 of the roster, to send at plan-a',
  ],
  paused: [{ kind: 'paused', deedId }, 'paused'],
  resumed: [{ kind: 'resumed', deedId }, 'resumed'],
  'cancel-requested': [
    { kind: 'cancel-requested', deedId, now: false },
    'cancel asked for; writes in flight end first',
  ],
  finding: [{ kind: 'finding', finding: 'dangling', count: 2 }, 'found: dangling (2 times)'],
  closed: [
    {
      kind: 'closed',
      state: 'invalid',
      reason: 'ROW_INVALID',
      place: { line: 3, column: 'zip' },
      detail: 'zip is empty.',
    },
    'closed as invalid: ROW_INVALID: column zip: zip is empty.',
  ],
  'purge-attempted': [
    {
      kind: 'purge-attempted',
      policy: 'older-than-90d',
      endedBefore: expiresAt,
      objects: { plan: 1, member: 2 },
      bytes: 900,
    },
    'removal of 3 sealed objects begun (900 bytes: plan 1, member 2), by policy older-than-90d',
  ],
  'kept-token-destroyed': [
    { kind: 'kept-token-destroyed', secretId: asSecretId('secret-canary'), cause: 'expired' },
    'kept refresh token destroyed: kept too long',
  ],
  purged: [{ kind: 'purged' }, 'purged: its sealed objects are gone; events and hashes stay'],
  prepared: [
    { kind: 'prepared', planObject: object, planHash: 'hash-canary', counts: plan },
    'planned 3 of 5 resources in 1 bundle; 1 withheld, 1 repeats',
  ],
  'mail-attempted': [{ kind: 'mail-attempted', messageId: 'message-canary' }, 'mail handed over'],
  'mail-answered': [{ kind: 'mail-answered', outcome: 'accepted' }, 'mail accepted'],
  'approval-requested': [
    { kind: 'approval-requested', revision: 2, messageId: 'message-canary' },
    'review asked for, revision 2',
  ],
  'approval-decided': [{ kind: 'approval-decided', deedId, decision: 'changes' }, 'review: changes'],
  resubmitted: [{ kind: 'resubmitted', deedId, revision: 2, recordObject: object }, 'submitted again, revision 2'],
  'token-received': [
    { kind: 'token-received', deedId, secretId, fingerprint: 'print-canary', expiresAt, expiryFrom: 'assumed' },
    `access token received, good until ${expiresAt} (assumed from its receipt)`,
  ],
  'token-ended': [{ kind: 'token-ended', secretId, cause: 'rejected' }, 'access token ended: rejected'],
  attempted: [
    {
      kind: 'attempted',
      bundle: 1,
      fence: 1,
      ordinals: [0],
      bodyHash: 'hash-canary',
      tokenFingerprint: 'print-canary',
    },
    'bundle 1 begun, 1 resource',
  ],
  answered: [
    { kind: 'answered', bundle: 1, status: 200, entries },
    'bundle 1 answered with 200: 1 confirmed, 1 refused',
  ],
  unsent: [
    { kind: 'unsent', bundle: 1, cause: 'throttled', ordinals: [0, 1] },
    'bundle 1 not stored (throttled), 2 resources open again',
  ],
  lost: [
    { kind: 'lost', bundle: 1, cause: 'reset', ordinals: [0, 1] },
    'bundle 1 lost its answer (reset), 2 resources unknown',
  ],
  'withheld-later': [
    { kind: 'withheld-later', ordinals: [1], reason: 'depends-on' },
    '1 resource withheld: depends-on',
  ],
  'unknowns-found': [{ kind: 'unknowns-found', count: 2 }, '2 resources unknown: a decision is needed'],
  'unknowns-decided': [
    { kind: 'unknowns-decided', deedId, decision: 'accept', ordinals: [0, 1], noteObject: object, goesOn: 'closing' },
    'unknowns decided: accept, 2 resources; the transfer closes',
  ],
  'link-issued': [
    { kind: 'link-issued', revision: 1, stateHash: 'hash-canary', expiresAt },
    `authorization link issued, revision 1, good until ${expiresAt}`,
  ],
  'link-reissued': [
    { kind: 'link-reissued', deedId, revision: 2 },
    'a fresh link was asked for, revision 2; the earlier ones no longer work',
  ],
  authorized: [{ kind: 'authorized', deedId, secretId, revision: 1 }, 'the member authorized, link of revision 1'],
  'authorization-denied': [
    { kind: 'authorization-denied', deedId, error: 'access_denied' },
    'the member did not authorize: access_denied',
  ],
  'exchange-attempted': [{ kind: 'exchange-attempted', secretId }, 'exchange of the authorization code begun'],
  'refresh-attempted': [{ kind: 'refresh-attempted', secretId }, 'refresh of the access token begun'],
  'refresh-answered': [
    {
      kind: 'refresh-answered',
      outcome: 'granted',
      accessTokenId: secretId,
      refreshTokenId: secretId,
      fingerprint: 'print-canary',
      expiresAt,
    },
    `refresh granted, good until ${expiresAt}`,
  ],
  'exchange-answered': [
    { kind: 'exchange-answered', outcome: 'refused', reason: 'EXCHANGE_REFUSED', error: 'invalid_grant' },
    'exchange refused: EXCHANGE_REFUSED (invalid_grant)',
  ],
  'patient-compared': [
    { kind: 'patient-compared', givenName: 'differs', memberId: 'absent' },
    'the Patient is the member: birth date and family name same, given name differs, previous member id not there',
  ],
  'page-read': [
    {
      kind: 'page-read',
      resourceType: 'Condition',
      page: 1,
      object,
      resources: 3,
      dropped: 1,
      outcomes: 2,
      hasNext: false,
    },
    'Condition, page 1: 3 resources, 1 not kept, 2 remarks of the server',
  ],
  stored: [
    {
      kind: 'stored',
      deliveryObject: object,
      countsByType: { Patient: 1, Condition: 3 },
      dropped: {},
      repeats: 0,
      invalid: 0,
    },
    'stored 4 resources',
  ],
};

test.each(Object.entries(said))('%s is told in a line, without hashes and inner ids', (_kind, [body, line]) => {
  expect(describeEvent(body)).toBe(line);
  expect(line).not.toContain('canary');
});

test('an update says what it follows, what came unchanged and where its token comes from', () => {
  const earlier = { transferId: asTransferId('0123456789abcdef'), batchId: asBatchId('b1') };
  const recorded = {
    kind: 'recorded',
    direction: 'receive',
    counterpartId: asCounterpartId('plan-a'),
    line: 3,
  } as const;
  expect(describeEvent({ ...recorded, batchId: asBatchId('b2'), earlier })).toContain(
    'after transfer 0123456789ab of batch b1',
  );
  const page = { kind: 'page-read', resourceType: 'Goal', page: 1, object, resources: 1, dropped: 0 } as const;
  expect(describeEvent({ ...page, hasNext: false, unchanged: 2, since: expiresAt })).toBe(
    `Goal, page 1: 1 resource, 2 unchanged, of what has changed since ${expiresAt}`,
  );
  const update = { since: expiresAt, asked: 'everything', unchanged: 2, noLongerReturned: 1 } as const;
  const stored = {
    kind: 'stored',
    deliveryObject: object,
    countsByType: { Goal: 1 },
    dropped: {},
    repeats: 0,
  } as const;
  expect(describeEvent({ ...stored, invalid: 0, update })).toBe(
    `stored 1 resource new or changed since ${expiresAt}; 2 unchanged, 1 no longer returned`,
  );
  expect(describeEvent({ kind: 'refresh-attempted', secretId, keptFrom: earlier.transferId })).toBe(
    'refresh of the access token begun, with what transfer 0123456789ab kept',
  );
  expect(describeEvent({ kind: 'closed', state: 'stored', refreshTokenKept: true })).toBe(
    'closed as stored; its refresh token is kept',
  );
});
