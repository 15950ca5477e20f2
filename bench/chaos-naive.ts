import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FhirResource } from '../fixtures/fhir-resource.ts';
import { generateMember, type SyntheticMember } from '../fixtures/generate-member.ts';
import { startChild } from '../test/support/child.ts';
import { sandboxAdmin, type SandboxAdmin } from '../test/support/sandbox-admin.ts';
import { contentName, judge, storedContents } from './chaos-judge.ts';
import type { ChaosOptions, ChaosRow } from './chaos-options.ts';
import { killAtRandom, type KillableSender } from './chaos-run.ts';
import { startChaosSandbox } from './chaos-sandbox.ts';
import { memberSizes, slowAnswers } from './chaos-work.ts';
import { killSchedule } from './kill-schedule.ts';
import type { NaiveMember, NaiveNote } from './naive-sender.ts';

const program = join(import.meta.dirname, 'naive-sender.ts');
const bundleEntries = 20;

/** The naive script under the kills of the same seed, with members of the same kind and the same slow answers. */
export async function runNaive(options: ChaosOptions): Promise<ChaosRow> {
  const directory = await mkdtemp(join(tmpdir(), 'carryover-naive-'));
  const sandbox = await startChaosSandbox(directory, options.ids);
  const work = await openWork(join(directory, 'work'), sandboxAdmin(sandbox.addresses.adminUrl), options);
  const sender = await startSender(work, sandbox.addresses.fhirBaseUrl, join(directory, 'naive.log'));
  try {
    const supplying = new AbortController();
    const supply = supplyWork(work, supplying.signal);
    const kills = await killAtRandom({
      ...options,
      name: 'naive script',
      kills: killSchedule(options.seed, options.kills),
      sender,
      sandbox,
      untilMs: Date.now() + options.minutes * 60_000,
    });
    supplying.abort();
    await supply;
    await work.end();
    await sender.ended();
    return await account(work, sandbox.addresses.adminUrl, kills);
  } finally {
    await sender.kill();
    await sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Posted {
  readonly previousMemberId: string;
  readonly bundles: readonly (readonly FhirResource[])[];
}

/** The work folder: members are added batch by batch, so that the script never runs out while kills are to be made. */
async function openWork(dir: string, admin: SandboxAdmin, { members, seed }: ChaosOptions) {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const posted: Posted[] = [];
  const notes = async (): Promise<readonly NaiveNote[]> => {
    const text = await readFile(join(dir, 'journal.jsonl'), 'utf8').catch(() => '');
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as NaiveNote);
  };
  return {
    dir,
    posted,
    notes,
    async add(): Promise<void> {
      const first = posted.length;
      const people = Array.from({ length: members }, (_, row) => {
        const index = first + row;
        return generateMember({ seed, index, size: memberSizes[index % memberSizes.length] ?? 60 });
      });
      await admin.faults(slowAnswers(people.map(({ record }) => record.previousMemberId)));
      for (const person of people) {
        const file = join(dir, `${posted.length}.json`);
        const { accessToken } = await admin.mintToken(tokenWish(person));
        const bundles = bundlesOf(person.resources);
        const work: NaiveMember = { accessToken, bundles: bundles.map(bundleBody) };
        await writeFile(`${file}.new`, JSON.stringify(work), { mode: 0o600 });
        posted.push({ previousMemberId: person.record.previousMemberId, bundles });
        await rename(`${file}.new`, file);
      }
    },
    /** Members that the script has begun with. */
    async begun(): Promise<number> {
      return Math.max(0, ...(await notes()).map(({ member }) => member + 1));
    },
    end: () => writeFile(join(dir, 'end'), ''),
  };
}

type Work = Awaited<ReturnType<typeof openWork>>;

function tokenWish({ record: { given, family, birthDate, previousMemberId } }: SyntheticMember): object {
  return { name: `${given} ${family}`, birthDate, previousMemberId };
}

function bundlesOf(resources: readonly FhirResource[]): readonly (readonly FhirResource[])[] {
  const distinct = new Map(
    resources
      .filter(({ resourceType }) => resourceType !== 'Provenance')
      .map((resource) => [`${resource.resourceType}/${resource.id}`, resource]),
  );
  const all = [...distinct.values()];
  return Array.from({ length: Math.ceil(all.length / bundleEntries) }, (_, bundle) =>
    all.slice(bundle * bundleEntries, (bundle + 1) * bundleEntries),
  );
}

function bundleBody(resources: readonly FhirResource[]): string {
  const entry = resources.map((resource) => ({ resource, request: { method: 'POST', url: resource.resourceType } }));
  return JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry });
}

async function supplyWork(work: Work, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    // The sandbox, which makes the tokens, may be dead just now; the next round tries again.
    if (work.posted.length - (await work.begun()) < 20) await work.add().catch(() => undefined);
    await sleep(200);
  }
}

async function startSender(work: Work, fhirBaseUrl: string, logFile: string) {
  const start = () => startChild(program, [work.dir, fhirBaseUrl], logFile);
  let child = await start();
  return {
    async untilSending() {
      for (let round = 0; round < 200 && !existsSync(join(work.dir, '0.json')); round += 1) await sleep(100);
    },
    async kill() {
      child.kill('SIGKILL');
      await child.ended;
    },
    async restart() {
      child = await start();
    },
    ended: () => child.ended,
  } satisfies KillableSender & { ended(): Promise<unknown> };
}

async function account(work: Work, adminUrl: string, kills: number): Promise<ChaosRow> {
  const confirmed = new Set<string>();
  const givenUp = new Set<string>();
  for (const { member, bundle, outcome } of await work.notes()) {
    const { previousMemberId, bundles } = work.posted[member] ?? { previousMemberId: '', bundles: [] };
    for (const resource of bundles[bundle] ?? []) {
      const name = contentName(previousMemberId, resource.resourceType, resource.id, JSON.stringify(resource));
      (outcome === 'confirmed' ? confirmed : givenUp).add(name);
    }
  }
  const resources = work.posted.flatMap(({ bundles }) => bundles.flat()).length;
  const judged = judge({ confirmed, unknown: givenUp }, await storedContents(adminUrl));
  const row = { sender: 'Naive script', kills, members: work.posted.length, resources, waiting: 0, judged };
  return { ...row, broken: [], states: {}, decisions: {} };
}
