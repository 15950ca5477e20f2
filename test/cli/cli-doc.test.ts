import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Command } from 'commander';
import { describe, expect, test } from 'vitest';

import { commandTable, type CommandName } from '../../cli/command-table.ts';
import { buildProgram } from '../../cli/program.ts';

const doc = await readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
const sections = new Map(
  doc
    .split(/^### /m)
    .slice(1)
    .flatMap((section) => (section.split('\n')[0] ?? '').split(', ').map((name) => [name, section] as const)),
);

describe('docs/cli.md', () => {
  test.each(Object.keys(commandTable) as CommandName[])(
    'says of %s every option that there is, and no other',
    async (name) => {
      const command = new Command(name);
      (await commandTable[name].load()).configure(command);
      const section = sections.get(name) ?? '';
      const usage = section.split('\n\n')[1] ?? '';
      const options = command.options.map(({ long }) => long ?? '');
      expect([...new Set(usage.match(/--[a-z-]+/g) ?? [])].toSorted()).toEqual(options.toSorted());
      expect(usage).toContain(`carryover ${name}`);
    },
  );

  test('says what every command takes', () => {
    const program = buildProgram(() => Promise.resolve());
    const table = doc.slice(0, doc.indexOf('### plan'));
    const options = program.options.map(({ long }) => long).filter((long) => long !== '--version');
    for (const long of options) expect(table).toContain(`\`${long}`);
    expect([...sections.keys()].toSorted()).toEqual(program.commands.map((command) => command.name()).toSorted());
  });
});
