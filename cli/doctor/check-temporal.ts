import { randomBytes } from 'node:crypto';

import { dataDirPaths } from '../../adapters/data-dir/open-data-dir.ts';
import { openKeyFile } from '../../adapters/keys/key-file.ts';
import { keyRingOf, type KeyRing } from '../../adapters/keys/key-ring.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { searchAttributes } from '../../schemas/search-attributes.ts';
import type { CommandContext } from '../command.ts';
import { askTemporal, dataDirRoot, type Temporal } from '../installation.ts';
import { isWorkerPolling } from '../worker-polling.ts';
import { bad, look, ok, warning, type Check } from './check.ts';

/** Looks at Temporal: whether it answers, its namespace and search attributes, and whether a worker asks for work. */
export async function checkTemporal(context: CommandContext): Promise<readonly Check[]> {
  const temporal = await askTemporal(context, { keys: await keysOf(context) });
  if (temporal === undefined) return [bad('Temporal', new CarryoverError('TEMPORAL_UNREACHABLE'))];
  try {
    const namespace = await checkNamespace(temporal);
    if (namespace.state === 'bad') return [ok('Temporal', 'It answers.'), namespace];
    return [
      ok('Temporal', 'It answers.'),
      namespace,
      await checkSearchAttributes(temporal),
      await checkWorker(temporal),
    ];
  } finally {
    await temporal.connection.close();
  }
}

/** The keys say whose workers to look for; without a key file there are none. */
async function keysOf(context: CommandContext): Promise<KeyRing> {
  const { keyFile } = dataDirPaths(dataDirRoot(context));
  const noKeys = { currentKeyId: 'none', keys: new Map([['none', randomBytes(32)]]), idKey: randomBytes(32) };
  return openKeyFile(keyFile, { create: false }).catch(() => keyRingOf(noKeys));
}

async function checkNamespace({ connection, namespace }: Temporal): Promise<Check> {
  return look('Temporal namespace', async () => {
    await connection.workflowService.describeNamespace({ namespace }).catch((cause: unknown) => {
      throw new CarryoverError('TEMPORAL_UNREACHABLE', `The namespace ${namespace} is not there.`, {}, { cause });
    });
    return ok('Temporal namespace', namespace);
  });
}

async function checkSearchAttributes({ connection, namespace }: Temporal): Promise<Check> {
  const name = 'Temporal search attributes';
  const wanted = Object.values(searchAttributes).map((attribute) => attribute.name);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = wanted.filter((attribute) => customAttributes[attribute] === undefined);
  if (missing.length === 0) return ok(name, wanted.join(', '));
  return {
    ...bad(name, new CarryoverError('TEMPORAL_UNREACHABLE', `Missing: ${missing.join(', ')}.`)),
    detail: `Missing: ${missing.join(', ')}.`,
    advice: missing
      .map((attribute) => `temporal operator search-attribute create --name ${attribute} --type Keyword`)
      .join('; '),
  };
}

async function checkWorker(temporal: Temporal): Promise<Check> {
  const polling = await isWorkerPolling(temporal);
  return polling === true
    ? ok('worker', 'A worker asks for work.')
    : warning('worker', 'No worker is running.', 'Start `carryover worker`; what was recorded goes on then.');
}
