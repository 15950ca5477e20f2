import { recordGranted, submitEvidence, type EvidenceSubmitted, type SubmitEvidence } from '../operations/onboard.ts';
import { failures } from '../schemas/failures.ts';
import type { EvidenceOutcome } from '../schemas/onboarding.ts';
import type { CommandContext } from './command.ts';
import { loadCounterpart, requireProductionConfirmed } from './counterpart-option.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { actorName, withDataDir } from './installation.ts';

/** What is to be recorded of the evidence: that it is not needed, or the mail that goes out. */
export type EvidenceWish = { readonly counterpart: string } & (
  | { readonly granted: true }
  | {
      readonly granted: false;
      readonly again: boolean;
      readonly evidence: Pick<SubmitEvidence, 'sponsor' | 'clientId'>;
    }
);

/** Submits the evidence, or records that access was granted, and tells what became of it. Its exit code is that of the mail. */
export async function tellEvidence(context: CommandContext, wish: EvidenceWish): Promise<ExitCode> {
  const { profile } = await loadCounterpart(context, wish.counterpart);
  requireProductionConfirmed(context, profile);
  const { id: counterpartId } = profile;
  const work = async (dataDir: Parameters<Parameters<typeof withDataDir>[1]>[0]): Promise<ExitCode> => {
    const onboarder = { ...dataDir, actor: actorName() };
    if (wish.granted) {
      await recordGranted(onboarder, counterpartId);
      context.out.result({ counterpartId, state: 'granted' }, `Access at ${counterpartId} is recorded as granted.`);
      return exitCodes.good;
    }
    const { again, evidence } = wish;
    const submitted = await submitEvidence(onboarder, { ...evidence, profile, again });
    context.out.result({ counterpartId, ...submitted }, textOf(counterpartId, submitted));
    return exitCodeOf[submitted.outcome];
  };
  return withDataDir(context, work, { create: true });
}

const exitCodeOf: Readonly<Record<EvidenceOutcome, ExitCode>> = {
  accepted: exitCodes.good,
  written: exitCodes.good,
  refused: failures.MAIL_REFUSED.exitCode,
  unsent: failures.MAIL_UNSENT.exitCode,
  unknown: failures.MAIL_UNKNOWN.exitCode,
};

function textOf(counterpartId: string, { outcome, messageId, file = '' }: EvidenceSubmitted): string {
  const texts: Readonly<Record<EvidenceOutcome, string>> = {
    accepted: `The mail server has taken the evidence for ${counterpartId}. The answer comes to your mailbox.`,
    written: `The evidence for ${counterpartId} is written to ${file}; send it from your company's mailbox.`,
    refused: `The mail server refused the evidence for ${counterpartId}: check the addresses of the profile, then repeat the command.`,
    unsent: `The evidence for ${counterpartId} was not sent: check the mail server, then repeat the command.`,
    unknown: `It is not known whether the evidence for ${counterpartId} went out: look into the sent mail; --again sends it once more.`,
  };
  return `${texts[outcome]}\nIts Message-ID is ${messageId}.`;
}
