import { dataDirPaths } from '../adapters/data-dir/open-data-dir.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import { evidenceState, isSubmitted } from '../domain/onboarding/evidence-state.ts';
import { CarryoverError } from '../schemas/failures.ts';
import type { CounterpartId } from '../schemas/ids.ts';
import type { OnboardingEvent } from '../schemas/onboarding.ts';
import type { CommandContext } from './command.ts';
import { loadCounterpart, profileNames } from './counterpart-option.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { dataDirRoot, withDataDir } from './installation.ts';
import type { Output } from './output.ts';
import { indented, textTable } from './text-table.ts';

/** Shows where the evidence stands: at one counterpart, or at each of which there is a profile or a record. */
export async function tellOnboarding(context: CommandContext, nameOrPath: string | undefined): Promise<ExitCode> {
  return withDataDir(context, async ({ ledger }) => {
    const ids = nameOrPath === undefined ? await everyone(context, ledger) : [await idOf(context, nameOrPath)];
    const counterparts = [];
    for (const counterpartId of ids) {
      const events = await ledger.onboarding.events(counterpartId);
      counterparts.push({ counterpartId, state: evidenceState(events), events });
    }
    const sections = counterparts.map(({ counterpartId, state, events }) =>
      [`${counterpartId}: ${stateTexts[state]}`, ...(events.length === 0 ? [] : [indented(tableOf(events))])].join(
        '\n',
      ),
    );
    context.out.result({ counterparts }, sections.join('\n\n') || 'There is no counterpart that takes records.');
    return exitCodes.good;
  });
}

/** Says on the way that no evidence is recorded, which the counterpart may want before it reviews anything. Refuses nothing. */
export async function warnWithoutEvidence(
  out: Output,
  { onboarding }: Pick<Ledger, 'onboarding'>,
  counterpartId: CounterpartId,
): Promise<void> {
  const state = evidenceState(await onboarding.events(counterpartId));
  if (isSubmitted(state)) return;
  out.note(
    `Evidence of being a payer for ${counterpartId}: ${stateTexts[state]}. It may not review members before it has it: see \`carryover onboard\`.`,
  );
}

const stateTexts = {
  none: 'nothing is recorded',
  granted: 'access was granted',
  accepted: 'sent',
  written: 'written as a file to send by hand',
  refused: 'the mail server refused it',
  unsent: 'not sent',
  unknown: 'not known whether it was sent',
} as const satisfies Record<ReturnType<typeof evidenceState>, string>;

async function idOf(context: CommandContext, nameOrPath: string): Promise<CounterpartId> {
  return (await loadCounterpart(context, nameOrPath)).profile.id;
}

async function everyone(
  context: CommandContext,
  { onboarding }: Pick<Ledger, 'onboarding'>,
): Promise<readonly CounterpartId[]> {
  const ids = new Set(await onboarding.counterparts());
  for (const name of await profileNames(dataDirPaths(dataDirRoot(context)).counterparts)) {
    const loaded = await loadCounterpart(context, name).catch((error: unknown) => {
      // A profile that is not valid sends nobody; `doctor` says why.
      if (error instanceof CarryoverError) return undefined;
      throw error;
    });
    if (loaded?.profile.send !== undefined) ids.add(loaded.profile.id);
  }
  return [...ids].toSorted();
}

function tableOf(events: readonly OnboardingEvent[]): string {
  return textTable(events.map((event) => [event.at, event.actor, eventText(event)]));
}

function eventText(event: OnboardingEvent): string {
  switch (event.kind) {
    case 'attempted':
      return `mail ${event.messageId} handed over`;
    case 'answered':
      return `mail ${event.outcome}`;
    case 'granted':
      return 'access recorded as granted';
  }
}
