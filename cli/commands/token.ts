import type { Command } from 'commander';

import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { handInToken } from '../../operations/hand-in-token.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { defineCommand } from '../command.ts';
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
}

/** `carryover token`: hand in the access token that the counterpart mailed. A token is never an argument: other users see those. */
export const token = defineCommand<TokenOptions>({
  afterFailure: 'Nothing was recorded.',
  configure(command: Command) {
    command
      .argument('[transfer]', 'a transfer id, or at least 8 digits of one')
      .option('--file <file>', 'holds the token; else it comes from standard input')
      .option('--mailed-at <time>', 'when the mail was sent (ISO 8601 with a time zone)')
      .option('--post-base-url <url>', 'the base URL that the mail says to post to; another origin is refused')
      .option('--csv <file>', 'many at once: columns row_id or transfer_id, token, mailed_at')
      .option('--batch <batch>', 'the batch of the row ids in the file');
  },
  async run(context, options, [idOrPrefix]) {
    return withOperator(context, async (operator) => {
      const { csv, batch, postBaseUrl } = options;
      if (csv !== undefined) {
        return doDeedsFromTable(context, operator, {
          file: csv,
          ...(batch === undefined ? {} : { batch }),
          columns: ['token', 'mailed_at'],
          act: (transfer, { cells }) =>
            handIn(operator, transfer, cells['token'] ?? '', cells['mailed_at'], postBaseUrl),
        });
      }
      if (idOrPrefix === undefined) throw new CarryoverError('USAGE', 'Name a transfer, or a --csv file.');
      const transfer = await resolveTransfer(operator, idOrPrefix);
      const accessToken = await readSecretInput(context, { file: options.file, what: 'access token' });
      const recorded = await handIn(operator, transfer, accessToken, options.mailedAt, postBaseUrl);
      const what = `Access token, good until ${recorded.expiresAt},`;
      return tellDeed(context, operator, { ...recorded, transferId: transfer.transferId, what });
    });
  },
});

async function handIn(
  operator: CliOperator,
  { transferId, batchId }: Transfer,
  accessToken: string,
  mailedAt: string | undefined,
  postBaseUrl: string | undefined,
): ReturnType<typeof handInToken> {
  const { send } = await frozenProfile(operator, batchId);
  if (send === undefined) throw new CarryoverError('PROFILE_DIRECTION_MISSING');
  return handInToken(operator, {
    transferId,
    accessToken,
    send,
    ...(mailedAt === undefined ? {} : { mailedAtMs: timeOf(mailedAt) }),
    ...(postBaseUrl === undefined ? {} : { postBaseUrl }),
  });
}

/** A time without its zone would be read in the zone of this machine. */
function timeOf(text: string): number {
  const timeMs = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs))
    throw new CarryoverError('USAGE', 'The time of the mail is not ISO 8601 with a time zone (2026-01-31T09:30:00Z).');
  return timeMs;
}
