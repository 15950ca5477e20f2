import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { newWorkplace, profileToml, runCarryover, type Workplace } from './run-carryover.ts';

let place: Workplace;
beforeEach(async () => {
  place = await newWorkplace();
});
afterEach(async () => place.remove());

const run = (...args: readonly string[]) => runCarryover([...args, '--data-dir', place.dataDir]);
const sponsor = ['--sponsor-name', 'Kim Chief', '--sponsor-email', 'cio@example.com'];
const submit = (...more: readonly string[]) =>
  run('onboard', 'evidence', '--counterpart', 'plan-a', ...sponsor, ...more);

interface StatusDocument {
  readonly counterparts: readonly {
    readonly counterpartId: string;
    readonly state: string;
    readonly events: readonly { readonly kind: string; readonly at: string; readonly actor: string }[];
  }[];
}

async function status(...more: readonly string[]): Promise<StatusDocument> {
  return JSON.parse((await run('onboard', 'status', '--json', ...more)).stdout) as StatusDocument;
}

test('the evidence is the first thing that a new data directory sees; it is written once, and again only on purpose', async () => {
  const ran = await submit('--client-id', 'client-a');
  expect(ran.stderr).toBe('');
  expect(ran.exitCode).toBe(0);
  const file = /written to (\S+\.eml);/.exec(ran.stdout)?.[1] ?? '';
  const mail = await readFile(file, 'utf8');
  for (const part of ['Kim Chief', 'cio@example.com', 'client-a', 'Example Health']) expect(mail).toContain(part);

  const second = await submit();
  expect(second.exitCode).toBe(7);
  expect(second.stderr).toContain('EVIDENCE_SUBMITTED');
  expect(second.stderr).toContain('It stands at "written" since 20');
  const onPurpose = JSON.parse((await submit('--again', '--json')).stdout) as object;
  expect(onPurpose).toMatchObject({ counterpartId: 'plan-a', outcome: 'written' });
});

test('the status shows every counterpart with who did what when, and one that nothing is recorded of', async () => {
  await writeFile(join(place.dataDir, 'counterparts', 'plan-b.toml'), profileToml({ id: 'plan-b' }));
  await submit();
  const { counterparts } = await status();
  expect(counterparts).toMatchObject([
    { counterpartId: 'plan-a', state: 'written', events: [{ kind: 'attempted' }, { kind: 'answered' }] },
    { counterpartId: 'plan-b', state: 'none', events: [] },
  ]);
  expect(counterparts[0]?.events.every(({ actor, at }) => actor !== '' && at.endsWith('Z'))).toBe(true);
  expect((await status('--counterpart', 'plan-b')).counterparts).toHaveLength(1);
  const { stdout } = await run('onboard', 'status');
  expect(stdout).toContain('plan-a: written as a file to send by hand');
  expect(stdout).toMatch(/mail <evidence\.[\w-]+@example\.com> handed over/);
  expect(stdout).toContain('plan-b: nothing is recorded');
});

test('send warns without evidence, and no more once it is recorded that access was granted', async () => {
  const roster = await place.file(
    'r.csv',
    'row_id,family,given,birth_date,previous_member_id,zip\nr,a,b,1984-03-02,m,02116\n',
  );
  const send = (...more: readonly string[]) => run('send', '--roster', roster, '--counterpart', 'plan-a', ...more);
  const warned = await send();
  expect(warned.stderr).toContain('Evidence of being a payer for plan-a: nothing is recorded.');
  expect(warned.exitCode).toBe(4);

  const granted = await run('onboard', 'evidence', '--counterpart', 'plan-a', '--granted');
  expect(granted).toMatchObject({ exitCode: 0, stdout: 'Access at plan-a is recorded as granted.\n' });
  expect((await status()).counterparts).toMatchObject([{ state: 'granted', events: [{ kind: 'granted' }] }]);
  expect((await send('--again')).stderr).toBe('');
  expect((await submit()).exitCode).toBe(7);
});

test('a mail server that does not answer is exit 3, and the command can be repeated', async () => {
  const profile = await place.file(
    'smtp.toml',
    `${profileToml({ id: 'smtp' })}\n[send.mail.smtp]\nhost = "127.0.0.1"\nport = 1\n`,
  );
  await place.file('secret', 's');
  const attempt = () => run('onboard', 'evidence', '--counterpart', profile, ...sponsor, '--json');
  for (const { exitCode, stdout } of [await attempt(), await attempt()]) {
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'unsent' });
  }
});

test('production wants its yes, and nothing is recorded before it', async () => {
  const production = profileToml({ id: 'real', environment: 'production', origin: 'https://plan.example' });
  await mkdir(join(place.dataDir, 'counterparts'), { recursive: true });
  await writeFile(join(place.dataDir, 'counterparts', 'real.toml'), production);
  const ran = await run('onboard', 'evidence', '--counterpart', 'real', '--granted');
  expect(ran.stderr).toContain('PRODUCTION_NOT_CONFIRMED');
  expect((await run('onboard', 'status')).stderr).toContain('DATA_DIR_UNUSABLE');
});

test.each([
  [['onboard']],
  [['onboard', 'else']],
  [['onboard', 'evidence', ...sponsor]],
  [['onboard', 'evidence', '--counterpart', 'plan-a', '--sponsor-name', 'Kim']],
  [['onboard', 'evidence', '--counterpart', 'plan-a', '--sponsor-name', ' ', '--sponsor-email', 'a@b.example']],
  [
    [
      'onboard',
      'evidence',
      '--counterpart',
      'plan-a',
      '--sponsor-name',
      'Kim',
      '--sponsor-email',
      'a@b.example,c@d.example',
    ],
  ],
  [['onboard', 'evidence', '--counterpart', 'plan-a', '--granted', ...sponsor]],
  [['onboard', 'status', '--again']],
])('%j is not understood', async (args) => {
  expect((await run(...args)).exitCode).toBe(2);
});
