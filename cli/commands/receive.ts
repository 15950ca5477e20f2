import { launchCommand } from '../launch-command.ts';

/** `carryover receive`: launch a batch that fetches members' records. */
export const receive = launchCommand('receive');
