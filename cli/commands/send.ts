import { launchCommand } from '../launch-command.ts';

/** `carryover send`: launch a batch that sends members' records. */
export const send = launchCommand('send');
