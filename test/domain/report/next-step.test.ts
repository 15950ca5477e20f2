import { expect, test } from 'vitest';

import { commandTable } from '../../../cli/command-table.ts';
import { nextStep } from '../../../domain/report/next-step.ts';
import { failures } from '../../../schemas/failures.ts';
import { isEndState, type TransferState } from '../../../schemas/states.ts';

const open: readonly TransferState[] = [
  'recorded',
  'prepared',
  'approval-requested',
  'changes-requested',
  'clarification-requested',
  'token-waiting',
  'sending',
  'paused',
  'needs-decision',
  'link-issued',
  'authorized',
  'reading',
];

const known = new Set(Object.keys(commandTable));
const commandsIn = (text: string): string[] => [...text.matchAll(/carryover (\w+)/g)].map(([, name]) => name ?? '');

test.each(open)('%s says what it waits for, and names only commands that there are', (state) => {
  const { waitsFor, commands } = nextStep(state);
  expect(isEndState(state)).toBe(false);
  expect(waitsFor).not.toMatch(/^nothing/);
  for (const command of commands.flatMap(commandsIn)) expect(known).toContain(command);
});

test('what has ended waits for nothing', () => {
  for (const state of ['sent', 'stored', 'refused', 'failed'] as const) {
    expect(nextStep(state).waitsFor).toMatch(/^nothing/);
    expect(nextStep(state).commands).toEqual([]);
  }
});

test('the advice of every failure names only commands that there are', () => {
  for (const { advice } of Object.values(failures)) {
    for (const command of commandsIn(advice)) expect(known).toContain(command);
  }
});
