import { parseArgs } from 'node:util';

import type { Judgement } from './chaos-judge.ts';

export interface ChaosOptions {
  readonly kills: number;
  /** Per batch; batches are launched until the kills are made. */
  readonly members: number;
  readonly seed: number;
  /** Who assigns the ids at the other side. */
  readonly ids: 'server' | 'caller';
  /** The longest time that the kills of one sender may take. */
  readonly minutes: number;
  readonly stopped: AbortSignal;
}

/** One row of the table. */
export interface ChaosRow {
  readonly sender: string;
  /** Kills that were really made. */
  readonly kills: number;
  readonly members: number;
  /** To be sent: without what is withheld, and without repeats. */
  readonly resources: number;
  /** Neither sent nor given up: they refer to something that nobody has decided about. */
  readonly waiting: number;
  readonly judged: Judgement;
  /** What does not add up, for people. */
  readonly broken: readonly string[];
  readonly states: Readonly<Record<string, number>>;
  /** How many decisions people made about unknowns, by kind. */
  readonly decisions: Readonly<Record<string, number>>;
}

/** `--kills 500 --members 40 --seed 1 --ids server --minutes 40`. Throws TypeError for a wrong flag. */
export function readChaosOptions(args: string[], stopped: AbortSignal): ChaosOptions {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: 'string', default: '500' },
      members: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      ids: { type: 'string', default: 'server' },
      minutes: { type: 'string', default: '40' },
    },
  });
  return {
    kills: wholeNumber('--kills', values.kills),
    members: wholeNumber('--members', values.members),
    seed: wholeNumber('--seed', values.seed),
    ids: readIds(values.ids),
    minutes: wholeNumber('--minutes', values.minutes),
    stopped,
  };
}

function readIds(text: string): ChaosOptions['ids'] {
  if (text !== 'server' && text !== 'caller') throw new TypeError('--ids takes server or caller');
  return text;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new TypeError(`${flag} takes a whole number from 1`);
  return Number(text);
}
