import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { loadProfile } from '../../../adapters/profile/load-profile.ts';
import { readSecretFile, secretFileWarning } from '../../../adapters/profile/read-secret-file.ts';
import { CarryoverError } from '../../../schemas/failures.ts';

const receive = `
[receive]
authorize_url = "https://auth.payer.example/oauth2/authorize/payer2payer"
token_url = "https://auth.payer.example/oauth2/token"
fhir_base_url = "https://api.payer.example/r4/"
client_id = "client-1"
client_secret_file = "secrets/client-secret"
redirect_uri = "https://plan.example/callback"
authorize_parameters = { response_type = "code", some_thing = "1" }
`;
const send = `
[send]
fhir_base_url = "https://api.payer.example/r4"

[send.mail]
to = "reviews@payer.example"
from = "transfers@plan.example"

[send.sender]
name = "Ann Example"
company = "Example Plan"
website = "https://plan.example"
`;
const head = 'id = "payer-1"\nname = "Payer One"\nenvironment = "sandbox"\n';
const production = head.replace('sandbox', 'production');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'profiles-'));
});
afterEach(async () => rm(dir, { recursive: true }));

describe('a profile', () => {
  test('is found by name in the first folder that has it, or by path', async () => {
    const [first, second] = [path.join(dir, 'a'), path.join(dir, 'b')];
    await mkdir(first);
    await mkdir(second);
    await writeFile(path.join(second, 'payer-1.toml'), head + send);
    const byName = await loadProfile('payer-1', { dirs: [first, second] });
    expect(byName.path).toBe(path.join(second, 'payer-1.toml'));
    expect(await loadProfile(byName.path, { dirs: [] })).toEqual(byName);
    expect((await refusal('payer-2')).code).toBe('PROFILE_NOT_FOUND');
    expect((await refusal(path.join(dir, 'a.toml'))).code).toBe('PROFILE_NOT_FOUND');
  });

  test('gets the defaults of the seed, our names for its keys, and its files beside it', async () => {
    const { profile, secretFiles } = await load(head + receive + send);
    expect(profile).toMatchObject({
      id: 'payer-1',
      environment: 'sandbox',
      heartbeatTimeoutMs: 60_000,
      roster: { dateFormat: 'YYYY-MM-DD', aliases: {} },
      pacing: { requestsPerSecond: 10, concurrentMembers: 8 },
      receive: {
        fhirBaseUrl: 'https://api.payer.example/r4',
        clientSecretFile: path.join(dir, 'secrets/client-secret'),
        authorizeParameters: { response_type: 'code', some_thing: '1' },
        pkce: 'off',
        redirectUriInExchange: false,
        codeLifetimeSeconds: 300,
        linkLifetimeSeconds: 14 * 86_400,
      },
      send: {
        tokenLifetimeSeconds: 7200,
        approvalDeadlineSeconds: 14 * 86_400,
        tokenDeadlineSeconds: 7 * 86_400,
        maxEntries: 20,
        idAssignment: 'caller',
        repeatsHarmless: false,
        notStoredStatuses: [400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429],
        tryAgainStatuses: [429],
        validation: { policy: 'withhold', usCoreVersion: '6.1.0', profiles: 'claimed' },
        writeTimeoutMs: 30_000,
      },
    });
    expect(profile.receive?.resourceTypes).toContain('AllergyIntolerance');
    expect(profile.send?.acceptedTypes).toEqual(expect.arrayContaining(['Patient', 'Observation']));
    expect(profile.send?.acceptedTypes).not.toEqual(expect.arrayContaining(['Provenance']));
    expect(profile.send?.acceptedTypes).not.toEqual(expect.arrayContaining(['Binary']));
    expect(secretFiles).toEqual([path.join(dir, 'secrets/client-secret')]);
  });

  test('keeps the names of roster columns, and resolves the files of the mail server', async () => {
    const smtp = `${send}\n[send.mail.smtp]\nhost = "mail.plan.example"\nca_file = "ca.pem"\nuser = "u"\npassword_file = "pw"\n`;
    const { profile, secretFiles } = await load(`${head}${smtp}\n[roster.aliases]\nbirth_date = "DOB"\n`);
    expect(profile.roster.aliases).toEqual({ birth_date: 'DOB' });
    expect(profile.send?.mail.smtp).toEqual({
      host: 'mail.plan.example',
      port: 587,
      implicitTls: false,
      caFile: path.join(dir, 'ca.pem'),
      user: 'u',
      passwordFile: path.join(dir, 'pw'),
    });
    expect(secretFiles).toEqual([path.join(dir, 'pw')]);
  });

  test('has a hash that says what it means, not where it lies nor how it is written', async () => {
    const { hash } = await load(head + send);
    await mkdir(path.join(dir, 'elsewhere'));
    const moved = await load(`# a comment\n${head}${send}`, 'elsewhere/payer-1.toml');
    expect(moved.hash).toBe(hash);
    expect((await load(`heartbeat_timeout_ms = 60000\n${head}${send}`)).hash).toBe(hash);
    expect((await load(`heartbeat_timeout_ms = 61000\n${head}${send}`)).hash).not.toBe(hash);
  });
});

describe('a profile is refused', () => {
  test.each([
    [
      'an unknown key, with the nearest one',
      `${head}${send}`.replace('fhir_base_url', 'max_entires = 5\nfhir_base_url'),
      6,
      'send.max_entires',
      'Did you mean send.max_entries?',
    ],
    [
      'a key in the wrong table, with the right one',
      `max_pages = 5\n${head}${send}`,
      1,
      'max_pages',
      'Did you mean receive.max_pages?',
    ],
    [
      'an unknown key that is like no other',
      `${head}${send}colour = "red"\n`,
      16,
      'send.sender.colour',
      'There is no key send.sender.colour.',
    ],
    [
      'a required key that is misspelt, with the nearest one, before it is called missing',
      `${head}${send}`.replace('fhir_base_url', 'fhir_base_ulr'),
      6,
      'send.fhir_base_ulr',
      'Did you mean send.fhir_base_url?',
    ],
    [
      'a misspelt key of an inner table, before a key that is missing further out',
      `${head.replace('name = "Payer One"\n', '')}${send}`.replace('website', 'web_site'),
      14,
      'send.sender.web_site',
      'Did you mean send.sender.website?',
    ],
    [
      'a misspelt table that is needed, before it is called missing',
      `${head}${send}`.replace('[send.mail]', '[send.mial]'),
      8,
      'send.mial',
      'Did you mean send.mail?',
    ],
    ['an unknown table', `${head}${send}\n[sned]\nx = 1\n`, 17, 'sned', 'Did you mean send?'],
    [
      'an unknown key in an inline table',
      `${head}pacing = { requests = 1 }\n${send}`,
      4,
      'pacing.requests',
      'There is no key',
    ],
    ['a missing key', head + send.replace('to = "reviews@payer.example"\n', ''), 8, 'send.mail.to', 'is missing'],
    ['a missing table', head, undefined, undefined, '[receive] or [send]'],
    [
      'a value of the wrong kind',
      `heartbeat_timeout_ms = "60000"\n${head}${send}`,
      1,
      'heartbeat_timeout_ms',
      'must be integer',
    ],
    ['an id with capitals', `${head.replace('payer-1', 'Payer')}${send}`, 1, 'id', 'must match'],
    [
      'a choice that there is not',
      `${head.replace('sandbox', 'test')}${send}`,
      3,
      'environment',
      'one of sandbox, production',
    ],
    [
      'a URL with a query',
      head + receive.replace('/oauth2/token"', '/oauth2/token?x=1"'),
      7,
      'receive.token_url',
      'must be an http or https URL',
    ],
    [
      'a type that FHIR does not have',
      `${head}${send}`.replace('fhir_base_url', 'accepted_types = ["Observaton"]\nfhir_base_url'),
      6,
      'send.accepted_types.0',
      'FHIR R4 resource type',
    ],
    [
      'an authorize parameter of which each link has its own',
      head + receive.replace('some_thing = "1"', 'state = "1"'),
      12,
      'receive.authorize_parameters.state',
      'may not be set: each link has its own.',
    ],
    [
      'a fixed challenge, with the key that is meant',
      head + receive.replace('some_thing = "1"', 'code_challenge = "1"'),
      12,
      'receive.authorize_parameters.code_challenge',
      'write receive.pkce = "S256"',
    ],
    [
      'a response type with which no code comes back',
      head + receive.replace('response_type = "code"', 'response_type = "token"'),
      12,
      'receive.authorize_parameters.response_type',
      'must be "code", or left out',
    ],
    [
      'a method of PKCE that shows the verifier',
      `${head}${receive}pkce = "plain"\n`,
      13,
      'receive.pkce',
      'one of off, S256',
    ],
    [
      'an SMTP user without a password file',
      `${head}${send}\n[send.mail.smtp]\nhost = "h"\nuser = "u"\n`,
      17,
      'send.mail.smtp.password_file',
      'is missing',
    ],
    [
      'a write that may outlive the heartbeat',
      `heartbeat_timeout_ms = 30000\n${head}${send}`,
      6,
      'send.write_timeout_ms',
      'must be shorter than heartbeat_timeout_ms',
    ],
    [
      'a window that is none',
      `${head}${send}\n[pacing]\nwindow = "20:00 to 06:00"\ntime_zone = "America/New_York"\n`,
      18,
      'pacing.window',
      'must be two different times of the day such as 20:00-06:00',
    ],
    [
      'a time zone that is none',
      `${head}${send}\n[pacing]\nwindow = "20:00-06:00"\ntime_zone = "New York"\n`,
      19,
      'pacing.time_zone',
      'must be an IANA time zone',
    ],
    [
      'a window without its time zone',
      `${head}${send}\n[pacing]\nwindow = "20:00-06:00"\n`,
      17,
      'pacing.time_zone',
      'is missing',
    ],
    [
      'a time zone without a window',
      `${head}${send}\n[pacing]\ntime_zone = "America/New_York"\n`,
      17,
      'pacing.window',
      'is missing',
    ],
    [
      'a refresh token that is kept and never used',
      `${head}${receive}use_refresh_token = false\nkeep_refresh_token = true\n`,
      14,
      'receive.keep_refresh_token',
      'needs receive.use_refresh_token',
    ],
    [
      'a reminder that would come after the deadline',
      `${head}${send}`.replace('fhir_base_url', 'approval_reminder_seconds = 1209600\nfhir_base_url'),
      6,
      'send.approval_reminder_seconds',
      'must be shorter than send.approval_deadline_seconds',
    ],
    [
      'a status to try again that might be stored',
      `${head}${send}`.replace('fhir_base_url', 'try_again_statuses = [503]\nfhir_base_url'),
      6,
      'send.try_again_statuses',
      'must all be among',
    ],
    [
      'a margin longer than the life of the token',
      `${head}${send}`.replace('fhir_base_url', 'token_margin_seconds = 7200\nfhir_base_url'),
      6,
      'send.token_margin_seconds',
      'must be shorter',
    ],
  ])('for %s', async (_, toml, line, column, what) => {
    const error = await loadRefusal(toml);
    expect(error.code).toBe('PROFILE_INVALID');
    expect(error.detail).toContain(what);
    expect(error.place).toEqual({
      file: path.join(dir, 'payer-1.toml'),
      ...(line && { line }),
      ...(column && { column }),
    });
  });

  test('for what is not TOML, with line and column and without the text, which may be a secret', async () => {
    const error = await loadRefusal(`${head}client_secret = s3cret value\n`);
    expect(error).toMatchObject({ code: 'PROFILE_INVALID', place: { line: 4 } });
    expect(error.detail).toMatch(/line 4, column \d+/);
    expect(`${error.message}${String(error.cause)}`).not.toContain('s3cret');
  });

  test('without the value of a key that does not belong there', async () => {
    const error = await loadRefusal(`${head}${receive}client_secret = "s3cret"\n`);
    expect(error.detail).toBe('There is no key receive.client_secret. Did you mean receive.client_secret_file?');
    expect(error.message).not.toContain('s3cret');
  });
});

describe('a production profile', () => {
  test.each([
    ['receive.redirect_uri', receive.replace('https://plan.example/callback', 'https://localhost:8443/callback')],
    ['receive.redirect_uri', receive.replace('https://plan.example/callback', 'http://plan.example/callback')],
    ['receive.token_url', receive.replace('https://auth.payer.example/oauth2/token', 'https://127.0.0.1/token')],
    [
      'receive.authorize_url',
      receive.replace('https://auth.payer.example/oauth2/authorize', 'https://[::1]/authorize'),
    ],
    ['receive.fhir_base_url', receive.replace('api.payer.example', 'api.localhost')],
    ['send.fhir_base_url', send.replace('https://api.payer.example', 'http://api.payer.example')],
    ['send.sender.website', send.replace('https://plan.example', 'https://LOCALHOST')],
  ])('is refused where %s is not safe', async (column, section) => {
    expect(await loadRefusal(production + section)).toMatchObject({ code: 'PRODUCTION_UNSAFE', place: { column } });
    expect((await load(head + section)).profile.environment).toBe('sandbox');
  });

  test('is accepted with https everywhere', async () => {
    expect((await load(production + receive + send)).profile.environment).toBe('production');
  });
});

describe('the file of a secret', () => {
  test('is read without its final newline', async () => {
    const file = path.join(dir, 'secret');
    for (const text of ['s3cret ', 's3cret \n', 's3cret \r\n']) {
      await writeFile(file, text);
      expect(await readSecretFile(file)).toBe('s3cret ');
    }
  });

  test('is refused where it is not there, empty, a folder or of two lines', async () => {
    const file = path.join(dir, 'secret');
    const refused = { code: 'SECRET_FILE_UNREADABLE' };
    await expect(readSecretFile(file)).rejects.toMatchObject(refused);
    await expect(readSecretFile(dir)).rejects.toMatchObject(refused);
    for (const text of ['', '\n', 'a\nb\n']) {
      await writeFile(file, text);
      await expect(readSecretFile(file)).rejects.toMatchObject(refused);
    }
  });

  test('gets a warning where others can read it', async () => {
    const file = path.join(dir, 'secret');
    await writeFile(file, 's3cret', { mode: 0o600 });
    expect(await secretFileWarning(file)).toBeUndefined();
    await chmod(file, 0o640);
    expect(await secretFileWarning(file)).toContain('0600');
  });
});

async function load(toml: string, name = 'payer-1.toml') {
  await writeFile(path.join(dir, name), toml);
  return loadProfile(path.join(dir, name), { dirs: [] });
}

async function refusal(nameOrPath: string): Promise<CarryoverError> {
  const error: unknown = await loadProfile(nameOrPath, { dirs: [dir] }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CarryoverError)) throw new Error('The profile was not refused.', { cause: error });
  return error;
}

async function loadRefusal(toml: string): Promise<CarryoverError> {
  await writeFile(path.join(dir, 'payer-1.toml'), toml);
  return refusal('payer-1');
}
