import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { DemoFailure } from './demo-failure.ts';

/** Where the demo keeps what. */
export interface Places {
  readonly root: string;
  /** The data directory of Carryover: ledger, sealed objects, deliveries. */
  readonly data: string;
  readonly sandbox: string;
  readonly temporal: string;
  readonly logs: string;
  /** The roster that is sent, with the members' records. */
  readonly roster: string;
  /** Files with secrets on their way to a command; each is deleted right after use. */
  readonly handover: string;
  readonly reportText: string;
  readonly reportJson: string;
}

/** Makes the folders, for nobody's eyes but ours. Throws DemoFailure where the given one is in use. */
export async function makePlaces(given: string | undefined): Promise<Places> {
  const root = given === undefined ? await mkdtemp(join(tmpdir(), 'carryover-demo-')) : await makeEmpty(resolve(given));
  const places: Places = {
    root,
    data: join(root, 'data'),
    sandbox: join(root, 'sandbox'),
    temporal: join(root, 'temporal'),
    logs: join(root, 'logs'),
    roster: join(root, 'roster'),
    handover: join(root, 'handover'),
    reportText: join(root, 'report.txt'),
    reportJson: join(root, 'report.json'),
  };
  const { data, sandbox, temporal, logs, roster, handover } = places;
  for (const folder of [data, sandbox, temporal, logs, roster, handover]) await mkdir(folder, { mode: 0o700 });
  return places;
}

async function makeEmpty(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length === 0) return folder;
  } catch {
    throw new DemoFailure(`The folder ${folder} cannot be made or read.`);
  }
  throw new DemoFailure(`The folder ${folder} is not empty. Give --dir a new one; every run starts afresh.`);
}
