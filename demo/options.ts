import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Leaves everything running after the report, until Ctrl-C. */
  readonly keep: boolean;
  /** Where everything is kept; a new folder under the system's temporary one where it is left out. */
  readonly directory: string | undefined;
  /** `own`: a Temporal server of its own. `existing`: the one that TEMPORAL_ADDRESS and its profiles name. */
  readonly temporal: 'own' | 'existing';
  /** Rows of the roster that is sent. */
  readonly members: number;
  /** The same seed writes the same members. */
  readonly seed: number;
}

export const usage = `usage: npm start -- [--keep] [--dir DIR] [--members N] [--seed N] [--temporal own|existing]
  --keep      leave everything running after the report, until Ctrl-C
  --dir DIR   an empty or new folder for all data (else a new one under the system's temporary folder)
  --members N rows of the roster that is sent, 10 to 100 (12)
  --seed N    the same seed writes the same members (1)
  --temporal existing
              use the Temporal that TEMPORAL_ADDRESS names instead of a server of its own
`;

const fewestMembers = 10;
const mostMembers = 100;

/** Reads the options of the demo. Throws TypeError with a sentence for the person who typed them. */
export function readOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      keep: { type: 'boolean', default: false },
      dir: { type: 'string' },
      temporal: { type: 'string', default: 'own' },
      members: { type: 'string', default: '12' },
      seed: { type: 'string', default: '1' },
    },
  });
  const { keep, dir: directory, temporal } = values;
  if (temporal !== 'own' && temporal !== 'existing') throw new TypeError('--temporal is own or existing');
  const members = wholeNumber('--members', values.members);
  // With fewer rows not everything that can happen to a row happens.
  if (members < fewestMembers || members > mostMembers)
    throw new TypeError(`--members is ${fewestMembers} to ${mostMembers}`);
  return { keep, directory, temporal, members, seed: wholeNumber('--seed', values.seed) };
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`${option} takes a whole number`);
  return Number(text);
}
