import { readBundleAnswer } from '../../../../adapters/oneup/read-answer.ts';

export const policy = {
  notStoredStatuses: [400, 401, 403, 404, 409, 413, 422, 429, 503],
  tryAgainStatuses: [429, 503],
};

export const posted = [
  { ordinal: 3, resourceType: 'Patient', targetId: 'p1' },
  { ordinal: 4, resourceType: 'Condition', targetId: 'c1' },
  { ordinal: 7, resourceType: 'Condition', targetId: 'c2' },
];

/** An entry that was stored. */
export const stored = (key: string, status = '201 Created') => ({
  response: { status, location: `${key}/_history/1` },
});
/** An entry that was refused. */
export const refused = (status: string, code: string) => ({
  response: { status, outcome: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] } },
});

/** Reads a response Bundle with these entries. */
export function read(entry: unknown, status = 200, headers = {}) {
  const text = JSON.stringify({ resourceType: 'Bundle', type: 'batch-response', entry });
  return readBundleAnswer({ status, headers, text }, posted, policy);
}
