import { InvalidArgumentError, type Command } from 'commander';

import type { DataDir } from '../../adapters/data-dir/open-data-dir.ts';
import type { Transfer } from '../../adapters/ledger/transfer-row.ts';
import { frozenProfile } from '../../adapters/profile/frozen-profile.ts';
import { type WindowNotice, windowNoticeOf } from '../../domain/pacing/window-notice.ts';
import { describeEvent } from '../../domain/report/describe-event.ts';
import { nextStep } from '../../domain/report/next-step.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import type { LedgerEvent } from '../../schemas/ledger-events.ts';
import { isEndState } from '../../schemas/states.ts';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDataDir } from '../installation.ts';
import { resolveBatch } from '../resolve-batch.ts';
import { resolveTransfer, transferOfLine, transferOfRow } from '../resolve-transfer.ts';
import { indented, textTable } from '../text-table.ts';

interface ShowOptions {
  readonly batch?: string;
  readonly row?: string;
  readonly line?: number;
}

/** `carryover show`: the events of one transfer in order, its counts, what it waits for and which command goes on. */
export const show = defineCommand<ShowOptions>({
  afterFailure: 'Nothing was changed.',
  configure(command: Command) {
    command
      .argument('[transfer]', 'a transfer id, or at least 8 digits of one')
      .option('--batch <batch>', 'the batch, with --row or --line')
      .option('--row <row_id>', 'the row of that batch')
      .option('--line <number>', 'the line of its roster', readLine);
  },
  async run(context, options, [idOrPrefix]) {
    return withDataDir(context, async (dataDir) => {
      const transfer = await findTransfer(dataDir, options, idOrPrefix);
      const events = await dataDir.ledger.events(transfer.transferId);
      const notice = await noticeOf(dataDir, transfer);
      context.out.result(documentOf(transfer, events, notice), textOf(transfer, events, notice));
      return exitCodes.good;
    });
  },
});

/** What has ended is shown even where its profile can no longer be opened. */
async function noticeOf(dataDir: DataDir, { batchId, projection }: Transfer): Promise<WindowNotice | undefined> {
  if (isEndState(projection.state)) return undefined;
  return windowNoticeOf((await frozenProfile(dataDir, batchId)).pacing, projection, Date.now());
}

function readLine(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A line is a whole number from 1.');
  return Number(text);
}

async function findTransfer(dataDir: DataDir, options: ShowOptions, idOrPrefix: string | undefined): Promise<Transfer> {
  if (idOrPrefix !== undefined) return resolveTransfer(dataDir, idOrPrefix);
  const { batch, row, line } = options;
  if (batch === undefined || (row === undefined && line === undefined))
    throw new CarryoverError('USAGE', 'Name a transfer, or --batch with --row or --line.');
  const { batchId } = await resolveBatch(dataDir.ledger, batch);
  return row === undefined ? transferOfLine(dataDir, batchId, line ?? 0) : transferOfRow(dataDir, batchId, row);
}

function documentOf(transfer: Transfer, events: readonly LedgerEvent[], notice: WindowNotice | undefined) {
  const { transferId, batchId, line, direction, counterpartId, state, reason, projection, createdAt, updatedAt } =
    transfer;
  const { counts, withheldByReason, bundles, revision, stored, dropped, findings, detail, cancelRequested } =
    projection;
  return {
    transfer: {
      transferId,
      batchId,
      line,
      direction,
      counterpartId,
      state,
      reason: reason ?? null,
      detail: detail ?? null,
      createdAt,
      updatedAt,
      bundles,
      revision,
      cancelRequested,
      earlierTransferId: projection.earlier?.transferId ?? null,
      tokenExpiresAt: projection.token?.expiresAt ?? null,
      windowOpensAt: notice?.opensAt ?? null,
    },
    resources: { ...counts, withheldByReason, stored, dropped, unchanged: projection.unchanged ?? 0 },
    findings,
    waitsFor: notice?.waitsFor ?? nextStep(state).waitsFor,
    next: commandsOf(transfer),
    events: events.map((event) => ({ ...event, text: describeEvent(event.body) })),
  };
}

function textOf(transfer: Transfer, events: readonly LedgerEvent[], notice: WindowNotice | undefined): string {
  const { transferId, batchId, line, direction, counterpartId, state, projection } = transfer;
  const { reason, detail, counts, findings } = projection;
  const why = [reason, detail].filter((part) => part !== undefined).join(': ');
  const next = commandsOf(transfer);
  const sections = [
    `Transfer ${transferId}: ${direction} at ${counterpartId}, line ${line} of batch ${batchId}`,
    `State: ${state}${why === '' ? '' : ` (${why})`}\nWaits for: ${notice?.waitsFor ?? nextStep(state).waitsFor}`,
    ...(next.length === 0 ? [] : [`Next:\n${indented(next.join('\n'))}`]),
    ...(counts.resources === 0 ? [] : [`Resources\n${indented(textTable(Object.entries(counts)))}`]),
    ...(Object.keys(findings).length === 0 ? [] : [`Findings\n${indented(textTable(Object.entries(findings)))}`]),
    `Events\n${indented(textTable(events.map(({ seq, at, actor, body }) => [seq, at, actor, describeEvent(body)])))}`,
  ];
  return sections.join('\n\n');
}

function commandsOf({ transferId, batchId, state }: Transfer): string[] {
  return nextStep(state).commands.map((command) =>
    command.replace('TRANSFER', transferId.slice(0, 12)).replace('BATCH', batchId),
  );
}
