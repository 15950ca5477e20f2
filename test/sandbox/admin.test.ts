import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { FAULT_KINDS } from '../../sandbox/faults/fault-rule.ts';
import { SWITCHES } from '../../sandbox/switches.ts';
import { admin, bundleOf, observation, post, sandboxForTests, writeToken } from './started-sandbox.ts';

const started = sandboxForTests();
const SANDBOX = new URL('../../sandbox/', import.meta.url).pathname;

test('the clock can be set and advanced', async () => {
  expect(await admin(started.at, 'PUT', '/clock', { offsetMs: 5000 })).toMatchObject({ offsetMs: 5000 });
  expect(await admin(started.at, 'PUT', '/clock', { advanceMs: 2500 })).toMatchObject({ offsetMs: 7500 });
  await expect(admin(started.at, 'PUT', '/clock', { offsetMs: 'soon' })).rejects.toThrow('400');
  await admin(started.at, 'PUT', '/clock', { offsetMs: 0 });
});

test.each([{ nonsense: 1 }, { repeatedId: 'maybe' }, { createdStatus: 204 }, { codeLifetimeSeconds: -1 }])(
  'a switch that does not exist, or a value that it does not take, is refused: %j',
  async (switches) => {
    await expect(admin(started.at, 'PUT', '/switches', switches)).rejects.toThrow('400');
  },
);

test('the journal streams as JSON lines, from a given record on', async () => {
  const token = await writeToken(started.at);
  for (let number = 0; number < 450; number += 1) {
    await post(started.at, token, '', bundleOf([observation(`line-${number}`)]));
  }
  const text = await (
    await fetch(`${started.at.adminUrl}/journal?format=jsonl&previousMemberId=prev-1&after=10`)
  ).text();
  const seqs = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
  expect(seqs).toEqual(Array.from({ length: 440 }, (_, index) => index + 11));
});

test('the members are the four of the seed', async () => {
  const members = await admin(started.at, 'GET', '/members');
  expect(members.map((member) => member['memberId'])).toEqual([
    '01-testmemid',
    '02-testmemid',
    '03-testmemid',
    '04-testmemid',
  ]);
});

test.each([{ name: 'A' }, { name: 'A', birthDate: '1980-01-01' }])('a token needs a whole member: %j', async (body) => {
  await expect(admin(started.at, 'POST', '/tokens', body)).rejects.toThrow('is missing');
});

test('what is not stored is not found', async () => {
  expect((await fetch(`${started.at.adminUrl}/store/Patient/nobody`)).status).toBe(404);
});

test('the sandbox imports nothing from the rest of the project', () => {
  const files = readdirSync(SANDBOX, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  const leaving = files.flatMap((file) => {
    const imports = readFileSync(join(SANDBOX, file), 'utf8').matchAll(/from '(\.[^']+)'/g);
    return [...imports]
      .map((match) => join(SANDBOX, file, '..', match[1] ?? ''))
      .filter((path) => !path.startsWith(SANDBOX));
  });
  expect(leaving).toEqual([]);
});

test('the README names every switch and every fault', () => {
  const readme = readFileSync(join(SANDBOX, 'README.md'), 'utf8');
  const names = [...Object.keys(SWITCHES), ...FAULT_KINDS];
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
