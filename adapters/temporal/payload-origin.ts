import type { SerializationContext } from '@temporalio/common';

/** The workflow that a payload belongs to. Empty where the SDK does not say. */
export interface PayloadOrigin {
  readonly namespace: string;
  readonly workflowId: string;
}

/** A schedule seals the arguments of its action under the configured workflow id, but runs it under that id with the time behind it. */
const scheduledAt = /^-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Who a payload belongs to, as the SDK tells it. */
export function originOf(context: SerializationContext | undefined): PayloadOrigin {
  return { namespace: context?.namespace ?? '', workflowId: context?.workflowId ?? '' };
}

/**
 * True where a payload that was sealed for one workflow may be opened in this context. A context without a workflow id (the
 * memo of a schedule, a codec server) cannot be compared; a payload that was sealed without one opens in no workflow.
 */
export function belongsTo(sealedFor: PayloadOrigin, context: SerializationContext | undefined): boolean {
  if (context === undefined) return true;
  if (sealedFor.namespace !== context.namespace) return false;
  if (context.workflowId === undefined || context.workflowId === sealedFor.workflowId) return true;
  if (sealedFor.workflowId === '' || !context.workflowId.startsWith(sealedFor.workflowId)) return false;
  return scheduledAt.test(context.workflowId.slice(sealedFor.workflowId.length));
}

/** The additional data of the seal: every part with its length before it, so that no two origins give the same bytes. */
export function additionalDataOf(keyId: string, origin: PayloadOrigin): Buffer {
  const parts = ['carryover-payload-1', keyId, origin.namespace, origin.workflowId].map((part) => Buffer.from(part));
  return Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
