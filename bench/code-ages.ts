import type { World } from '../test/support/open-world.ts';
import { receiveProfileOf } from './receiving-members.ts';

/** What the sandbox knows of the authorization codes that it gave. */
export interface CodeAges {
  readonly issued: number;
  readonly exchanged: number;
  /** From the redirect to the exchange, by the sandbox's clock. */
  readonly maxSeconds: number;
  readonly p99Seconds: number;
}

interface IssuedCode {
  readonly expiresAtMs: number;
  readonly exchangedAtMs?: number;
}

/** The ages at which codes were exchanged, by the witness. */
export async function codeAges(world: World): Promise<CodeAges> {
  const codes = (await (await fetch(`${world.sandbox.adminUrl}/codes`)).json()) as readonly IssuedCode[];
  const lifeSeconds = receiveProfileOf(world).codeLifetimeSeconds;
  const ages = codes
    .flatMap(({ expiresAtMs, exchangedAtMs }) => (exchangedAtMs === undefined ? [] : [expiresAtMs - exchangedAtMs]))
    .map((leftMs) => lifeSeconds - leftMs / 1000)
    .toSorted((a, b) => a - b);
  const at = (part: number): number => ages[Math.max(0, Math.ceil(ages.length * part) - 1)] ?? Number.NaN;
  return { issued: codes.length, exchanged: ages.length, maxSeconds: at(1), p99Seconds: at(0.99) };
}
