import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { distinct, intersect, intersects, isSubset } from '../../../../domain/validation/invariants/collections.ts';
import { compareDates, compareTimes, datesEqual } from '../../../../domain/validation/invariants/compare-dates.ts';
import { dateMinus, datePlus } from '../../../../domain/validation/invariants/date-arithmetic.ts';
import { deepEqual } from '../../../../domain/validation/invariants/deep-equal.ts';
import {
  compareMeasures,
  compareQuantities,
  quantitiesEqual,
} from '../../../../domain/validation/invariants/quantities.ts';

/** FHIR dates of any precision, within a few years so that they often agree in part. */
const dates = fc
  .date({ min: new Date('2019-12-30T00:00:00Z'), max: new Date('2020-01-03T00:00:00Z'), noInvalidDate: true })
  .chain((date) => {
    const moment = date.toISOString();
    return fc.constantFrom(
      moment.slice(0, 4),
      moment.slice(0, 7),
      moment.slice(0, 10),
      moment,
      `${moment.slice(0, 19)}+02:00`,
    );
  });

describe('dates of any precision', () => {
  test('turned round, they compare the other way', () => {
    fc.assert(
      fc.property(dates, dates, (one, other) => {
        const [forth, back] = [compareDates(one, other), compareDates(other, one)];
        expect(forth === undefined ? undefined : Math.sign(forth)).toBe(
          back === undefined ? undefined : 0 - Math.sign(back),
        );
      }),
    );
  });

  test('with time and zone, they compare as moments', () => {
    fc.assert(
      fc.property(dates, dates, (one, other) => {
        fc.pre(one.length > 10 && other.length > 10);
        expect(Math.sign(compareDates(one, other) ?? NaN)).toBe(Math.sign(Date.parse(one) - Date.parse(other)));
      }),
    );
  });

  test.for<[string, string, number | undefined]>([
    ['2020', '2021-05', -1],
    ['2020', '2020-05', undefined],
    ['2020-05-17', '2020-05-17T10:00:00Z', undefined],
    ['2020-05-17', '2020-05-18T10:00:00Z', -1],
    ['2020-05-17T10:00:00.1234Z', '2020-05-17T10:00:00.1235Z', -1],
    ['2020-05-17T10:00:00Z', '2020-05-17T12:00:00+02:00', 0],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z', 1],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z', 0],
    ['2016-12-31T23:59:60.5Z', '2017-01-01T00:00:00.6Z', -1],
    ['2016-12-31T23:59:60Z', '2016-12-31T19:00:00-05:00', 0],
  ])('%s and %s', ([one, other, order]) => {
    const found = compareDates(one, other);
    expect(found === undefined ? undefined : Math.sign(found)).toBe(order);
    expect(datesEqual(one, other)).toBe(order === undefined ? undefined : order === 0);
  });

  test('times of day compare by their parts', () => {
    expect(compareTimes('10:00:00', '10:00:01')).toBeLessThan(0);
    expect(compareTimes('10:00', '10:00:01')).toBeUndefined();
  });

  test('a duration keeps the precision, and the last day of a month', () => {
    expect(datePlus('2020-01-31', { value: 1, unit: 'month' })).toBe('2020-02-29');
    expect(dateMinus('2020', { value: 2, unit: 'years' })).toBe('2018');
    expect(datePlus('2020-05-17T10:00:00Z', { value: 90, unit: 'min' })).toBe('2020-05-17T11:30:00.000Z');
    expect(datePlus('2020', { value: 1, unit: 'furlongs' })).toBeUndefined();
  });
});

test('quantities have an order where their units are written the same, measures also where the code is the same', () => {
  expect(compareQuantities({ value: 1, unit: 'mg' }, { value: 2, unit: 'mg' })).toBeLessThan(0);
  const [written, coded] = [
    { value: 1, unit: 'mg', code: 'mg' },
    { value: 1, unit: 'milligram', code: 'mg' },
  ];
  expect(compareQuantities(written, coded)).toBeUndefined();
  expect(compareMeasures(written, coded)).toBe(0);
  expect(compareQuantities({ value: 1, unit: 'mg' }, { value: 1, unit: 'g' })).toBeUndefined();
  expect(quantitiesEqual({ unit: 'mg' }, { value: 1, unit: 'mg' })).toBeUndefined();
});

describe('collections of any JSON', () => {
  const items = fc.array(
    fc.oneof(
      fc.constantFrom(1, 'a', true),
      fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(2), { noNullPrototype: true }),
    ),
    { maxLength: 12 },
  );
  const among = (list: readonly unknown[], item: unknown) => list.some((one) => deepEqual(one, item));

  test('behave as if every item was compared with every other', () => {
    fc.assert(
      fc.property(items, items, (one, other) => {
        const common = one.filter((item) => among(other, item));
        expect(distinct(one)).toEqual(one.filter((item, at) => !among(one.slice(0, at), item)));
        expect(intersect(one, other)).toEqual(distinct(common));
        expect(intersects(one, other)).toBe(common.length > 0);
        expect(isSubset(one, other)).toBe(common.length === one.length);
      }),
    );
  });
});
