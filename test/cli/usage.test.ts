import { describe, expect, test } from 'vitest';

import { commandTable } from '../../cli/command-table.ts';
import { runCarryover } from './run-carryover.ts';

describe('usage', () => {
  test.each(Object.keys(commandTable))('%s explains its options and those that every command has', async (name) => {
    const ran = await runCarryover([name, '--help']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain(`Usage: carryover ${name}`);
    expect(ran.stdout).toContain('--data-dir <dir>');
    expect(ran.stderr).toBe('');
  });

  test('a mistyped command exits 2 and is told what was meant', async () => {
    const ran = await runCarryover(['satus']);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('code     USAGE');
    expect(ran.stderr).toContain('Did you mean status?');
  });

  test('a mistyped option exits 2, and what stands behind its = is not repeated', async () => {
    const ran = await runCarryover(['token', 'abcdef0123', '--fil=token-canary']);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain("'--fil=…'");
    expect(ran.stderr).not.toContain('token-canary');
  });

  test('no command at all shows the help on standard error and exits 2', async () => {
    const ran = await runCarryover([]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('Usage: carryover');
  });

  test('with --json a failure is one document on standard output too', async () => {
    const ran = await runCarryover(['approve', '--decision', 'perhaps', '--json']);
    expect(ran.exitCode).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'USAGE', exitCode: 2 } });
  });
});
