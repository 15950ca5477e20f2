import type { SeededRandom } from '../../../fixtures/seeded-random.ts';

export type JsonObject = Record<string, unknown>;

/** A value and where it stands in the resource. */
export interface Place {
  readonly parent: JsonObject | unknown[];
  readonly key: string;
  readonly value: unknown;
}

/** What an operator works on: a copy of an example, which it changes. */
export interface Mutation {
  readonly resource: JsonObject;
  readonly places: readonly Place[];
  readonly random: SeededRandom;
}

/**
 * Changes the resource in one way. `not-applicable` where it has nothing of the kind; a text where what is wrong does not survive
 * JSON.stringify.
 */
export type Operator = (mutation: Mutation) => 'not-applicable' | { readonly text: string } | undefined;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every value in a resource with its place, from the outside in. */
export function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as JsonObject;
  return Object.keys(parent).flatMap((key) => [{ parent, key, value: parent[key] }, ...placesIn(parent[key])]);
}

/** An operator on one of the places that fit, drawn by the seed. */
export function atOne(fits: (place: Place) => boolean, change: (place: Place, mutation: Mutation) => void): Operator {
  return (mutation) => {
    const found = mutation.places.filter(fits);
    if (found.length === 0) return 'not-applicable';
    change(mutation.random.pick(found), mutation);
    return undefined;
  };
}

/** Puts another value in a place. */
export function put({ parent, key }: Place, value: unknown): void {
  (parent as JsonObject)[key] = value;
}

/** Takes a place out; of a list, so that the others move up. */
export function takeOut({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

export const isProperty = ({ parent, key }: Place): boolean => !Array.isArray(parent) && key !== 'resourceType';
export const isItem = ({ parent }: Place): boolean => Array.isArray(parent);
export const isText = ({ value, key }: Place): boolean =>
  typeof value === 'string' && key !== 'div' && key !== 'resourceType';

/** One of the objects of the resource, itself included. */
export function anObject({ resource, places, random }: Mutation): JsonObject {
  return random.pick([resource, ...places.map(({ value }) => value).filter(isObject)]);
}

/** The list under a name, made where it is missing. */
export function listOf(object: JsonObject, name: string): unknown[] {
  const list = Array.isArray(object[name]) ? (object[name] as unknown[]) : [];
  object[name] = list;
  return list;
}
