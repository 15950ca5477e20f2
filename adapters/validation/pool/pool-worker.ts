// A thread of the pool: loads the validator once, then judges what it is sent, in order.
import { parentPort, workerData } from 'node:worker_threads';

import type { ResourceVerdict } from '../../../schemas/resource-verdict.ts';
import type { Unit } from '../input/read-units.ts';
import { loadValidator, type LoadOptions } from '../load-validator.ts';
import { judgeUnit } from './judge-unit.ts';

/** What a thread is started with. */
export interface PoolSetting {
  readonly load: LoadOptions;
  /** Warnings, and what could not be checked, of valid resources too. */
  readonly notes: boolean;
}

if (parentPort !== null) {
  const port = parentPort;
  const { load, notes } = workerData as PoolSetting;
  const validator = await loadValidator(load);
  port.on('message', (units: readonly Unit[]) => {
    const verdicts: readonly ResourceVerdict[] = units.flatMap((unit) => judgeUnit(validator, unit, { notes }));
    port.postMessage(verdicts);
  });
}
