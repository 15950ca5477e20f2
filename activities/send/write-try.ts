import type { FailureCode } from '../../schemas/failures.ts';
import type { PlannedResource } from '../../schemas/plan.ts';

/** How a slice goes on after a try. */
export type Written =
  | { readonly kind: 'settled' }
  | { readonly kind: 'try-again'; readonly code: FailureCode; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'token-rejected' }
  | { readonly kind: 'forbidden' };

/** One try of one request: what is about to happen, under which number. */
export interface Try {
  /** `bundle/<number>`, or `resource/<ordinal>` where resources are posted alone. */
  readonly subject: string;
  readonly tryNumber: number;
  readonly bundle: number;
  readonly ordinals: readonly number[];
  readonly resources: readonly PlannedResource[];
}
