import type { JournalRecord } from '../../sandbox/journal.ts';
import type { TestMember } from '../../sandbox/members/test-members.ts';

/** One answer of the sandbox's reviewer. */
export interface ReviewAnswer {
  readonly id: number;
  readonly previousMemberId: string;
  readonly outcome: 'approved' | 'changes-requested' | 'clarification-requested' | 'refused';
  readonly token?: { readonly accessToken: string; readonly expiresInSeconds: number; readonly postBaseUrl: string };
}

/** One mail that came to the sandbox. */
export interface ReceivedMail {
  readonly kind: 'member-information' | 'evidence' | 'reminder' | 'not-understood';
  readonly messageId: string;
  /** Message-IDs that it names as answered or earlier. */
  readonly refersTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly duplicate: boolean;
}

/** The sandbox's admin API, as the tests use it. */
export function sandboxAdmin(adminUrl: string) {
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${adminUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  return {
    faults: (rules: readonly object[]) => call('PUT', '/faults', rules),
    faultCounts: () =>
      call<readonly { readonly rule: { readonly kind: string }; readonly hits: number }[]>('GET', '/faults'),
    /** How often each of the rules has fired. */
    hits: async () => (await call<readonly { readonly hits: number }[]>('GET', '/faults')).map(({ hits }) => hits),
    switches: (values: object) => call('PUT', '/switches', values),
    clock: (change: { readonly advanceMs: number }) => call('PUT', '/clock', change),
    reviewerRules: (rules: readonly object[]) => call('POST', '/reviewer/rules', rules),
    mailbox: (after = 0) => call<readonly ReviewAnswer[]>('GET', `/mailbox?after=${after}`),
    mails: () => call<readonly ReceivedMail[]>('GET', '/mails'),
    members: () => call<readonly TestMember[]>('GET', '/members'),
    codes: () =>
      call<readonly { readonly previousMemberId: string; readonly exchangedAtMs?: number }[]>('GET', '/codes'),
    journal: () => call<readonly JournalRecord[]>('GET', '/journal'),
    store: () => call<readonly { readonly type: string; readonly id: string }[]>('GET', '/store'),
    findings: () => call<readonly { readonly kind: string }[]>('GET', '/findings'),
    /** Adds a resource to a member's record, or a new version of one. */
    putResource: (memberId: string, resource: { readonly resourceType: string; readonly id: string }) =>
      call('PUT', `/members/${memberId}/resources/${resource.resourceType}/${resource.id}`, resource),
    removeResource: (memberId: string, type: string, id: string) =>
      call('DELETE', `/members/${memberId}/resources/${type}/${id}`),
    mintToken: (wish: object) => call<{ readonly accessToken: string }>('POST', '/tokens', wish),
  };
}

export type SandboxAdmin = ReturnType<typeof sandboxAdmin>;
