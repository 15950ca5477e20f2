import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';

import type { ResourceVerdict } from '../../../schemas/resource-verdict.ts';
import type { Input } from '../input/find-inputs.ts';
import { readUnits, type Unit } from '../input/read-units.ts';
import type { PoolSetting } from './pool-worker.ts';

export interface ValidateInputs extends PoolSetting {
  readonly inputs: readonly Input[];
  readonly standardInput: Readable;
  readonly onBytes: (bytes: number) => void;
}

/** So many bytes, or texts, go to a thread at once: enough that a message costs little beside them. */
const portionBytes = 512 * 1024;
const portionTexts = 200;

/**
 * Judges everything in the inputs on all cores, and gives the verdicts in the order of the input. Each thread has at most two portions
 * in hand, so that memory stays flat however much there is, and however slow the reader of the verdicts is.
 */
export async function* validateInputs(request: ValidateInputs): AsyncGenerator<readonly ResourceVerdict[]> {
  const { load, notes } = request;
  const threads = Array.from({ length: availableParallelism() }, () => openThread({ load, notes }));
  try {
    const waiting: Promise<readonly ResourceVerdict[]>[] = [];
    let next = 0;
    for await (const portion of portionsOf(request)) {
      const thread = threads[next % threads.length];
      next += 1;
      if (thread === undefined) throw new RangeError('There is no thread.');
      waiting.push(thread.judge(portion));
      if (waiting.length >= threads.length * 2) yield await (waiting.shift() as (typeof waiting)[number]);
    }
    for (const verdicts of waiting) yield await verdicts;
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

async function* portionsOf({ inputs, standardInput, onBytes }: ValidateInputs): AsyncGenerator<readonly Unit[]> {
  let portion: Unit[] = [];
  let bytes = 0;
  for (const input of inputs) {
    for await (const unit of readUnits(input, { standardInput, onBytes })) {
      portion.push(unit);
      bytes += unit.kind === 'text' ? unit.bytes.length : 0;
      if (bytes < portionBytes && portion.length < portionTexts) continue;
      yield portion;
      portion = [];
      bytes = 0;
    }
  }
  if (portion.length > 0) yield portion;
}

/** A thread answers in the order in which it was asked. */
function openThread(setting: PoolSetting) {
  const worker = new Worker(new URL('pool-worker.ts', import.meta.url), { workerData: setting });
  const asked: PromiseWithResolvers<readonly ResourceVerdict[]>[] = [];
  worker.on('message', (verdicts: readonly ResourceVerdict[]) => asked.shift()?.resolve(verdicts));
  let failed: Error | undefined;
  const fail = (error: Error): void => {
    failed ??= error;
    for (const one of asked.splice(0)) one.reject(failed);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('The thread ended.')));
  return {
    judge(portion: readonly Unit[]): Promise<readonly ResourceVerdict[]> {
      const answer = Promise.withResolvers<readonly ResourceVerdict[]>();
      // Another verdict may be awaited when this one fails.
      answer.promise.catch(() => undefined);
      if (failed === undefined) {
        asked.push(answer);
        worker.postMessage(portion, []);
      } else answer.reject(failed);
      return answer.promise;
    },
    close: () => worker.terminate(),
  };
}
