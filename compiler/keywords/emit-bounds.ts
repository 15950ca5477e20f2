import type { ValueSchema } from '../schema/schema-document.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';

/** `bounds` (minValue, maxValue): numbers and dates; a Quantity is compared by value where the units are the same. */
export function emitBounds(
  scope: FunctionScope,
  bounds: NonNullable<ValueSchema['bounds']>,
  _type: string,
  value: string,
): void {
  const compare = scope.runtime('compareValues');
  if (bounds.min !== undefined)
    scope.fail(`${compare}(${value},${JSON.stringify(bounds.min)})<0`, {
      code: 'value',
      message: 'The value is below the least that is allowed here.',
    });
  if (bounds.max !== undefined)
    scope.fail(`${compare}(${value},${JSON.stringify(bounds.max)})>0`, {
      code: 'value',
      message: 'The value is above the most that is allowed here.',
    });
}
