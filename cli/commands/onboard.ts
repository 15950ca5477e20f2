import { Argument, InvalidArgumentError, Option, type Command } from 'commander';

import { CarryoverError } from '../../schemas/failures.ts';
import { defineCommand } from '../command.ts';
import { tellEvidence } from '../tell-evidence.ts';
import { tellOnboarding } from '../tell-onboarding.ts';

interface OnboardOptions {
  readonly counterpart?: string;
  readonly sponsorName?: string;
  readonly sponsorEmail?: string;
  readonly clientId?: string;
  readonly again?: boolean;
  readonly granted?: boolean;
}

/** `carryover onboard`: submit the evidence of being a payer, once per counterpart, and show where that stands. */
export const onboard = defineCommand<OnboardOptions>({
  afterFailure: 'No mail was sent.',
  configure(command: Command) {
    command
      .addArgument(
        new Argument('<what>', 'submit the evidence, or show where it stands').choices(['evidence', 'status']),
      )
      .option('--counterpart <profile>', 'a name in the counterparts folder, or a path to a .toml file')
      .option('--sponsor-name <name>', 'the executive business sponsor (CIO) of the project')
      .addOption(
        new Option('--sponsor-email <address>', "the sponsor's address, for the CC line").argParser(readAddress),
      )
      .option('--client-id <id>', 'name the client id of your application, too')
      .option('--again', 'send it once more, although it was sent or may have been')
      .addOption(
        new Option('--granted', 'record that access was granted already; nothing is sent').conflicts([
          'sponsorName',
          'sponsorEmail',
          'clientId',
          'again',
        ]),
      );
  },
  async run(context, options, [what]) {
    const { counterpart, sponsorName, sponsorEmail, clientId, again = false, granted = false } = options;
    if (what === 'status') {
      if (sponsorName ?? sponsorEmail ?? clientId ?? (again || granted || undefined))
        throw new CarryoverError('USAGE', '`onboard status` takes --counterpart only.');
      return tellOnboarding(context, counterpart);
    }
    if (counterpart === undefined) throw new CarryoverError('USAGE', 'Name the --counterpart.');
    if (granted) return tellEvidence(context, { counterpart, granted });
    const name = sponsorName?.trim() ?? '';
    if (name === '' || sponsorEmail === undefined)
      throw new CarryoverError('USAGE', 'Name the sponsor with --sponsor-name and --sponsor-email, or give --granted.');
    const evidence = { sponsor: { name, email: sponsorEmail }, ...(clientId === undefined ? {} : { clientId }) };
    return tellEvidence(context, { counterpart, granted: false, again, evidence });
  },
});

/** One bare address: what could pose as a second one, or as a further header, is not taken. */
function readAddress(text: string): string {
  if (!/^[^\s@<>()[\]\\,;:"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text))
    throw new InvalidArgumentError('It is not an e-mail address.');
  return text;
}
