import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { exitCodes } from '../../cli/exit-codes.ts';
import { nextStep } from '../../domain/report/next-step.ts';
import type { TransferState } from '../../schemas/states.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

/** The names in backticks at the beginning of the table rows of a section. */
function firstCells(document: string, heading: string): readonly string[] {
  const section = read(document)
    .split(/^## /m)
    .find((text) => text.startsWith(`${heading}\n`));
  const cells = [...(section ?? '').matchAll(/^\| ([^|]*)\|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

function literalsOf(source: string, type: string): readonly string[] {
  const [, union = ''] = new RegExp(String.raw`type ${type} =([^;]*);`).exec(read(source)) ?? [];
  return [...union.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
}

test('the operations manual explains exactly the events that are logged', () => {
  const events = literalsOf('adapters/log/event-log.ts', 'LogEvent');
  expect(events.length).toBeGreaterThan(20);
  expect(firstCells('docs/operate.md', 'The log').toSorted()).toEqual(events.toSorted());
});

test('the operations manual says what to do in every state that is no end', () => {
  const open = [...literalsOf('schemas/states.ts', 'SendState'), ...literalsOf('schemas/states.ts', 'ReceiveState')];
  expect(firstCells('docs/operate.md', 'A transfer that stands still').toSorted()).toEqual(
    [...new Set(open)].toSorted(),
  );
  expect(open.every((state) => nextStep(state as TransferState).waitsFor !== '')).toBe(true);
});

test('the design names every table of the ledger', () => {
  const namesIn = (pattern: RegExp) =>
    [...read('adapters/ledger/migrations.ts').matchAll(pattern)].map(([, name = '']) => name);
  const dropped = namesIn(/dropTable\('(\w+)'\)/g);
  const tables = namesIn(/createTable\('(\w+)'\)/g).filter((name) => !dropped.includes(name));
  expect(firstCells('docs/design.md', 'The ledger').toSorted()).toEqual(tables.toSorted());
});

test('the README lists every exit code, and no other', () => {
  const [, section = ''] = read('README.md').split('## Exit codes\n');
  const listed = [...section.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(listed).toEqual(Object.values(exitCodes));
});

test('the design says how many events a straight send takes in its recorded history', () => {
  const [, events] = /A straight send takes (\d+) history events/.exec(read('docs/design.md')) ?? [];
  const { history } = JSON.parse(read('fixtures/histories/v0.1.0/send-straight.json')) as {
    history: { events: readonly unknown[] };
  };
  expect(Number(events)).toBe(history.events.length);
});

test('the PHI document knows every kind of sealed object', () => {
  const sources = ['activities', 'operations', 'adapters'].flatMap((folder) => sourcesOf(folder));
  const kinds = sources.flatMap((path) =>
    [...read(path).matchAll(/asObjectKey\(`(\w+)\//g)].map(([, kind = '']) => `${kind}/<`),
  );
  expect(kinds.length).toBeGreaterThan(5);
  const named = firstCells('docs/phi.md', 'PHI').filter((name) => name.includes('/<'));
  expect(new Set(named.map((name) => name.slice(0, name.indexOf('<') + 1)))).toEqual(new Set(kinds));
});
