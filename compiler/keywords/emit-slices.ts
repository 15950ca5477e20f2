import type { SlicingRule, ValueSchema } from '../schema/schema-document.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';
import { sliceCondition } from './slice-condition.ts';

/** Code before, in and after the loop over an array. */
interface SlicesCode {
  before(): void;
  each(): void;
  after(): void;
}

/** `slicing`: every item belongs to the first slice whose tests it passes, else it is an item like any other. */
export function emitSlices(
  scope: FunctionScope,
  { rules, slices, ordered }: SlicingRule,
  plain: ValueSchema,
  item: (rule: ValueSchema) => void,
): SlicesCode {
  const counts = slices.map(() => scope.variable('n'));
  const last = scope.variable('l');
  return {
    before() {
      scope.write(`let ${counts.map((name) => `${name}=0`).join(',')};`);
      if (ordered === true) scope.write(`let ${last}=0;`);
    },
    each() {
      slices.forEach((slice, index) => {
        scope.write(`${index === 0 ? '' : 'else '}if(${sliceCondition(scope, slice)}){${counts[index]}++;`);
        if (ordered === true) {
          scope.fail(`${last}>${index}`, {
            code: 'structure',
            message: `The slice ${slice.name} is out of its order.`,
          });
          scope.write(`${last}=${index};`);
        }
        item(slice.item ?? plain);
        scope.write('}');
      });
      scope.write('else{');
      if (rules === 'closed')
        scope.fail('true', {
          code: 'structure',
          message: 'The item belongs to none of the slices, and the list is closed.',
        });
      item(plain);
      scope.write('}');
    },
    after() {
      slices.forEach(({ name, min = 0, max }, index) => {
        if (min > 0)
          scope.fail(`${counts[index]}<${min}`, {
            code: 'required',
            message: `There must be at least ${min} of the slice ${name}.`,
          });
        if (max !== undefined)
          scope.fail(`${counts[index]}>${max}`, {
            code: 'structure',
            message: `There may be at most ${max} of the slice ${name}.`,
          });
      });
    },
  };
}
