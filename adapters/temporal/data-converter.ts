import { fileURLToPath } from 'node:url';

import type { DataConverter } from '@temporalio/common';

import type { KeyRing } from '../keys/key-ring.ts';
import { payloadCodec } from './payload-codec.ts';

/** Path of the module with our failure converter; the workflow bundle needs it too. */
export const failureConverterPath = fileURLToPath(new URL('failure-converter.ts', import.meta.url));

/** What Client and Worker need so that nothing reaches Temporal in clear. */
export function createDataConverter(keyRing: Pick<KeyRing, 'sealingKeys'>): DataConverter {
  return { payloadCodecs: [payloadCodec(keyRing.sealingKeys('temporal'))], failureConverterPath };
}
