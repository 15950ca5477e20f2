import type { DataDir } from '../adapters/data-dir/open-data-dir.ts';
import { countByCause } from '../domain/accounting/unknown-resources.ts';
import { listUnknowns, type TypedUnknown } from '../operations/list-unknowns.ts';
import { isEndState } from '../schemas/states.ts';
import type { CommandContext } from './command.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { resolveBatch } from './resolve-batch.ts';
import { resolveTransfer } from './resolve-transfer.ts';
import { indented, textTable } from './text-table.ts';
import { undecidedOfBatch, type UndecidedTransfer } from './undecided-of-batch.ts';

/** Lists the unknown and undecided resources of a transfer with what is known of each. Exit 5 where there are some. */
export async function tellUnknowns({ out }: CommandContext, dataDir: DataDir, id: string): Promise<ExitCode> {
  const transfer = await resolveTransfer(dataDir, id);
  const { transferId, batchId, line, state } = transfer;
  const unknowns = await listUnknowns(dataDir, transfer);
  const document = { transferId, batchId, line, state, mayResend: state === 'needs-decision', unknowns };
  const heading = `Transfer ${transferId}, line ${line}: ${state}, ${unknowns.length} unknown and undecided`;
  const sections = [
    heading,
    ...(unknowns.length === 0 ? [] : [indented(tableOf(unknowns))]),
    ...(isEndState(state) && unknowns.length > 0 ? ['It has ended: its unknowns can be accepted, not resent.'] : []),
    ...(unknowns.length === 0 && state === 'needs-decision'
      ? ['Nothing is undecided any more; any decision lets it go on.']
      : []),
  ];
  out.result(document, sections.join('\n\n'));
  return unknowns.length === 0 ? exitCodes.good : exitCodes.needsDecision;
}

function tableOf(unknowns: readonly TypedUnknown[]): string {
  const rows = unknowns.map((one) => [
    one.ordinal,
    one.resourceType ?? '-',
    one.bundle,
    one.tryNumber,
    one.attemptedAt,
    one.cause,
    one.tokenFingerprint.slice(0, 12),
    one.bodyHash.slice(0, 12),
  ]);
  return textTable([['ordinal', 'type', 'bundle', 'try', 'attempted', 'cause', 'token', 'body'], ...rows]);
}

/** Lists the transfers of a batch that have unknowns, by the cause of the loss. Exit 5 where there are some. */
export async function tellUnknownsOfBatch({ out }: CommandContext, dataDir: DataDir, batch: string): Promise<ExitCode> {
  const { batchId } = await resolveBatch(dataDir.ledger, batch);
  const undecided = await Array.fromAsync(undecidedOfBatch(dataDir, batchId));
  const transfers = undecided.map(({ transfer, unknowns }) => ({
    transferId: transfer.transferId,
    line: transfer.line,
    state: transfer.state,
    mayResend: transfer.state === 'needs-decision',
    unknown: unknowns.length,
    causes: countByCause(unknowns),
    confirmed: transfer.projection.counts.confirmed,
    updatedAt: transfer.updatedAt,
  }));
  const causes = Object.entries(countByCause(undecided.flatMap(({ unknowns }) => unknowns))).map(
    ([cause, unknown]) => ({
      cause,
      unknown,
      transfers: transfers.filter((transfer) => transfer.causes[cause] !== undefined).length,
    }),
  );
  const groups = [...causes.map(({ cause }) => groupText(cause, undecided)), ...settledText(undecided)];
  const text = transfers.length === 0 ? 'Nothing needs a decision.' : groups.join('\n\n');
  out.result({ batchId, causes, transfers }, text);
  return transfers.length === 0 ? exitCodes.good : exitCodes.needsDecision;
}

function groupText(cause: string, undecided: readonly UndecidedTransfer[]): string {
  const rows = undecided.flatMap(({ transfer, unknowns }) => {
    const lost = unknowns.filter((one) => one.cause === cause);
    const { transferId, line, state, projection } = transfer;
    const attemptedAt = lost.at(-1)?.attemptedAt;
    if (attemptedAt === undefined) return [];
    return [[transferId.slice(0, 12), line, state, lost.length, projection.counts.confirmed, attemptedAt]];
  });
  const header = ['transfer', 'line', 'state', 'unknown', 'confirmed', 'attempted'];
  return `Lost by ${cause}\n${indented(textTable([header, ...rows]))}`;
}

/** Transfers in which late answers have settled what was left, and that still wait for a word. */
function settledText(undecided: readonly UndecidedTransfer[]): readonly string[] {
  const settled = undecided.filter(({ unknowns }) => unknowns.length === 0);
  if (settled.length === 0) return [];
  const rows = settled.map(({ transfer: { transferId, line } }) => [transferId.slice(0, 12), line]);
  return [
    `Nothing undecided any more; any decision lets these go on\n${indented(textTable([['transfer', 'line'], ...rows]))}`,
  ];
}
