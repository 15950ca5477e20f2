import { defineSearchAttributeKey } from '@temporalio/common';

/** What people can look transfers up by in Temporal. Temporal stores these in clear: opaque codes only, never anything about a member. */
export const searchAttributes = {
  batch: defineSearchAttributeKey('CarryoverBatch', 'KEYWORD'),
  counterpart: defineSearchAttributeKey('CarryoverCounterpart', 'KEYWORD'),
  direction: defineSearchAttributeKey('CarryoverDirection', 'KEYWORD'),
  state: defineSearchAttributeKey('CarryoverState', 'KEYWORD'),
} as const;
