import type { RegisteredClient } from '../sandbox/authorization/client-registry.ts';
import type { FaultRule } from '../sandbox/faults/fault-rule.ts';
import type { JournalRecord } from '../sandbox/journal.ts';
import type { AnswerMail, MailedToken } from '../sandbox/review/mailbox.ts';
import type { ReviewerRule } from '../sandbox/review/reviewer-rules.ts';
import { DemoFailure } from './demo-failure.ts';

/** An answer of the reviewer about one member. */
export type ReviewAnswer = AnswerMail & { readonly previousMemberId: string };

/** The sandbox's admin API (sandbox/README.md): what happens at the other plan, and what a witness there saw. */
export interface SandboxAdmin {
  registerClient(client: RegisteredClient): Promise<unknown>;
  /** Rules are for members by their previous member id. */
  setReviewerRules(rules: readonly ReviewerRule[]): Promise<unknown>;
  setFaults(rules: readonly FaultRule[]): Promise<unknown>;
  /** How often each fault rule has fired. */
  faultHits(): Promise<readonly { readonly hits: number }[]>;
  /** Answers after the one with this id. */
  mailbox(after: number): Promise<readonly ReviewAnswer[]>;
  mintToken(holder: { name: string; birthDate: string; previousMemberId: string }): Promise<MailedToken>;
  journal(): Promise<readonly JournalRecord[]>;
  findings(): Promise<readonly { readonly kind: string }[]>;
}

export function sandboxAdmin(adminUrl: string, signal: AbortSignal): SandboxAdmin {
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${adminUrl}${path}`, { method, signal, ...json }).catch(() => {
      throw new DemoFailure('The sandbox does not answer.');
    });
    if (!answer.ok) throw new DemoFailure(`The sandbox answered ${answer.status} to ${method} ${path.split('?')[0]}.`);
    return (await answer.json()) as Answer;
  };
  return {
    registerClient: (client) => call('POST', '/clients', [client]),
    setReviewerRules: (rules) => call('POST', '/reviewer/rules', rules),
    setFaults: (rules) => call('PUT', '/faults', rules),
    faultHits: () => call('GET', '/faults'),
    mailbox: (after) => call('GET', `/mailbox?after=${after}`),
    mintToken: (holder) => call('POST', '/tokens', holder),
    journal: () => call('GET', '/journal'),
    findings: () => call('GET', '/findings'),
  };
}
