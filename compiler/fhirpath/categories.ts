import { unknownType } from './flow.ts';
import type { TypeModel } from './type-model.ts';

/** How values of a type are compared. */
export type Category = 'text' | 'number' | 'boolean' | 'date' | 'time' | 'quantity' | 'object' | 'unknown';

const categories: Readonly<Record<string, Category>> = {
  boolean: 'boolean',
  'System.Boolean': 'boolean',
  integer: 'number',
  decimal: 'number',
  positiveInt: 'number',
  unsignedInt: 'number',
  'System.Integer': 'number',
  'System.Decimal': 'number',
  date: 'date',
  dateTime: 'date',
  instant: 'date',
  'System.Date': 'date',
  'System.DateTime': 'date',
  time: 'time',
  'System.Time': 'time',
  'System.String': 'text',
  'System.Quantity': 'quantity',
};

export function categoryOf(model: TypeModel, type: string): Category {
  const known = categories[type];
  if (known !== undefined) return known;
  if (type === unknownType) return 'unknown';
  if (model.kindOf(type) === 'primitive') return 'text';
  return model.isA(type, 'Quantity') ? 'quantity' : 'object';
}

/** The category that all these types share; `unknown` where they differ. */
export function commonCategory(model: TypeModel, types: readonly string[]): Category {
  const [first = 'unknown', ...others] = [...new Set(types.map((type) => categoryOf(model, type)))];
  return others.length > 0 ? 'unknown' : first;
}

export function isPrimitive(model: TypeModel, type: string): boolean {
  return model.kindOf(type) === 'primitive';
}

/** True for a type whose values know their own type: `Resource` and `DomainResource`. */
export function isOpenResource(type: string): boolean {
  return type === 'Resource' || type === 'DomainResource';
}
