import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** What a payload that was not sealed by us is decoded to. Whoever sent it, it is never obeyed: it has no deed id, and no other field. */
export const notSealed = { carryoverPayload: 'not-sealed' } as const;

/** True where a message came in unsealed and its content was thrown away. */
export function isNotSealed(value: unknown): value is typeof notSealed {
  return (
    typeof value === 'object' &&
    value !== null &&
    'carryoverPayload' in value &&
    value.carryoverPayload === notSealed.carryoverPayload
  );
}

/** The payload in place of one that was not sealed. */
export function notSealedPayload(): Payload {
  return defaultPayloadConverter.toPayload(notSealed);
}
