import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadValidator } from '../../adapters/validation/load-validator.ts';
import { claimsUsCore, examplesOf } from './us-core-data.ts';

export interface OfficialExamples {
  readonly version: string;
  readonly claiming: number;
  /** Names of those that are refused, with the first reason. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/** Judges every official example that claims a US Core profile against what it claims. */
export async function judgeOfficialExamples(dir: string, version: string): Promise<OfficialExamples> {
  const validator = await loadValidator({ usCoreVersion: version, profiles: 'claimed' });
  const claiming = examplesOf(dir, version).filter(({ text }) => claimsUsCore(text));
  const refused = claiming.flatMap(({ name, text }) => {
    const { valid, issues } = validator.judgeText(text);
    const first = issues.find(({ severity }) => severity === 'error' || severity === 'fatal');
    return valid ? [] : [{ name, reason: `${first?.expression?.[0] ?? ''} ${first?.diagnostics ?? ''}` }];
  });
  return { version, claiming: claiming.length, refused };
}

/** Examples on which the IG publisher's own verdict (other/validation-oo.json) and ours differ at error level. */
export async function differFromPublisher(dir: string, version: string): Promise<readonly string[]> {
  const validator = await loadValidator({ usCoreVersion: version, profiles: 'claimed' });
  const published = JSON.parse(readFileSync(join(dir, version, 'other', 'validation-oo.json'), 'utf8')) as Published;
  const verdicts = new Map(
    published.entry.map(({ resource: { id, issue = [] } }) => [
      id,
      !issue.some(({ severity }) => severity === 'error' || severity === 'fatal'),
    ]),
  );
  return examplesOf(dir, version).flatMap(({ name, text }) => {
    const verdict = verdicts.get(name.replace(/\.json$/, ''));
    return verdict === undefined || verdict === validator.judgeText(text).valid ? [] : [name];
  });
}

interface Published {
  readonly entry: readonly {
    readonly resource: { readonly id: string; readonly issue?: readonly { readonly severity: string }[] };
  }[];
}
