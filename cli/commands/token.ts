import type { Command } from 'commander';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import type { CounterpartProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { defineCommand, type CommandContext } from '../command.ts';
import { loadCounterpart, requireProductionConfirmed } from '../counterpart-option.ts';
import { doDeedsFromTable } from '../deeds-from-table.ts';
import { withOperator, type CliOperator } from '../installation.ts';
import { readSecretInput } from '../read-secret-input.ts';
import { resolveTransfer } from '../resolve-transfer.ts';
import { tellDeed } from '../tell-deed.ts';

interface TokenOptions {
  readonly file?: string;
  readonly mailedAt?: string;
  readonly postBaseUrl?: string;
  readonly csv?: string;
  readonly batch?: string;
  readonly counterpart?: string;
}

/** One token as a person hands it in. */
interface Handed {
  readonly accessToken: string;
  readonly mailedAt: string | undefined;
  readonly postBaseUrl: string | undefined;
  readonly counterpart: string | undefined;
}

/** How far the clock of a mail server may be ahead of ours. */
const clockSkewMs = 5 * 60_000;

/** `carryover token`: hand in the access token that the counterpart mailed. A token is never an argument: other users see those. */
export const token = defineCommand<TokenOptions>({
  afterFailure: 'Nothing was recorded.',
  configure(command: Command) {
    command
      .argument('[transfer]', 'a transfer id, or at least 8 digits of one')
      .option('--file <file>', 'holds the token; else it comes from standard input')
      .option('--mailed-at <time>', 'when the mail was sent (ISO 8601 with a time zone)')
      .option(
        '--post-base-url <url>',
        'the base URL that the mail says to post to; another origin than the profile has is refused',
      )
      .option(
        '--counterpart <profile>',
        'the profile, where it was changed since the launch and is not in the counterparts folder',
      )
      .option('--csv <file>', 'many at once: columns row_id or transfer_id, token, mailed_at, post_base_url')
      .option('--batch <batch>', 'the batch of the row ids in the file');
  },
  async run(context, options, [idOrPrefix]) {
    return withOperator(context, async (operator) => {
      const { csv, batch, postBaseUrl, counterpart } = options;
      if (csv !== undefined) {
        return doDeedsFromTable(context, operator, {
          file: csv,
          ...(batch === undefined ? {} : { batch }),
          columns: ['token', 'mailed_at', 'post_base_url'],
          act: (transfer, { cells }) =>
            handIn(context, operator, transfer, {
              accessToken: cells['token'] ?? '',
              mailedAt: cells['mailed_at'],
              postBaseUrl: cells['post_base_url'] ?? postBaseUrl,
              counterpart,
            }),
        });
      }
      if (idOrPrefix === undefined) throw new CarryoverError('USAGE', 'Name a transfer, or a --csv file.');
      const transfer = await resolveTransfer(operator, idOrPrefix);
      const accessToken = await readSecretInput(context, { file: options.file, what: 'access token' });
      const { mailedAt } = options;
      const recorded = await handIn(context, operator, transfer, { accessToken, mailedAt, postBaseUrl, counterpart });
      const what = `Access token, good until ${recorded.expiresAt},`;
      return tellDeed(context, operator, { ...recorded, transferId: transfer.transferId, what });
    });
  },
});

async function handIn(
  context: CommandContext,
  operator: CliOperator,
  { transferId, batchId }: Transfer,
  { accessToken, mailedAt, postBaseUrl, counterpart }: Handed,
): ReturnType<typeof handInToken> {
  const profile = await frozenProfile(operator, batchId);
  const { send } = profile;
  if (send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  const changedBaseUrl =
    postBaseUrl === undefined ? undefined : await changedBaseUrlOf(context, profile, postBaseUrl, counterpart);
  return handInToken(operator, {
    transferId,
    accessToken,
    send,
    ...(mailedAt === undefined ? {} : { mailedAtMs: timeOf(mailedAt) }),
    ...(postBaseUrl === undefined ? {} : { postBaseUrl }),
    ...(changedBaseUrl === undefined ? {} : { changedBaseUrl }),
  });
}

/** What the profile says now, where the mail names another origin than at the launch. A profile that cannot be read has changed nothing. */
async function changedBaseUrlOf(
  context: CommandContext,
  frozen: CounterpartProfile,
  postBaseUrl: string,
  counterpart: string | undefined,
): Promise<string | undefined> {
  if (URL.canParse(postBaseUrl) && new URL(postBaseUrl).origin === new URL(frozen.send?.fhirBaseUrl ?? '').origin)
    return undefined;
  const { profile } = await loadCounterpart(context, counterpart ?? frozen.id).catch((error: unknown) => {
    if (counterpart === undefined && error instanceof CarryoverError) return { profile: undefined };
    throw error;
  });
  if (profile?.id !== frozen.id || profile.environment !== frozen.environment) return undefined;
  if (profile.send !== undefined && profile.send.fhirBaseUrl !== frozen.send?.fhirBaseUrl)
    requireProductionConfirmed(context, profile);
  return profile.send?.fhirBaseUrl;
}

/** A time without its zone would be read in the zone of this machine. */
function timeOf(text: string): number {
  const timeMs = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs))
    throw new CarryoverError('USAGE', 'The time of the mail is not ISO 8601 with a time zone (2026-01-31T09:30:00Z).');
  // Else the token would be taken for alive longer than it is.
  if (timeMs > Date.now() + clockSkewMs) throw new CarryoverError('USAGE', 'The time of the mail is in the future.');
  return timeMs;
}
