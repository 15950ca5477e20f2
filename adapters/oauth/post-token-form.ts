import type { HttpPools } from '../http/http-pool.ts';
import { writeOnce } from '../http/write-once.ts';
import { readTokenAnswer, type TokenAnswer } from './token-answer.ts';

export interface TokenEndpoint {
  readonly pools: HttpPools;
  readonly tokenUrl: string;
  /** From the call to the end of the answer. */
  readonly timeoutMs: number;
}

/** Posts a form to a token endpoint (RFC 6749, 3.2), once; whether it may be posted again is for the caller, who knows the grant. */
export async function postTokenForm(
  { pools, tokenUrl, timeoutMs }: TokenEndpoint,
  fields: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const url = new URL(tokenUrl);
  const answer = await writeOnce({
    pool: pools.poolFor(url),
    path: url.pathname + url.search,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: Buffer.from(new URLSearchParams(fields).toString()),
    timeoutMs,
  });
  return readTokenAnswer(answer);
}
