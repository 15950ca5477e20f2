/** In which file of `domain/validation/invariants` a function stands that compiled invariants use. */
const files: Readonly<Record<string, readonly string[]>> = {
  'collections.ts': ['listOf', 'isDistinct', 'distinct', 'union', 'intersect', 'intersects', 'exclude', 'isSubset'],
  'compare-dates.ts': ['compareDates', 'compareTimes', 'datesEqual'],
  'conversions.ts': ['toInteger', 'toDecimal', 'toBoolean', 'toText', 'toDate', 'toDateTime', 'toTime'],
  'date-arithmetic.ts': ['datePlus', 'dateMinus', 'today', 'now'],
  'deep-equal.ts': ['deepEqual', 'listsEqual', 'equivalent', 'sameText'],
  'linear-regex.ts': ['linearRegex'],
  'numbers.ts': [
    'plus',
    'minus',
    'times',
    'divided',
    'quotient',
    'remainder',
    'concatenated',
    'abs',
    'ceiling',
    'floor',
    'truncate',
    'round',
    'sqrt',
  ],
  'quantities.ts': ['compareQuantities', 'compareMeasures', 'quantitiesEqual', 'compareUnknown'],
  'resolve.ts': ['resolve'],
  'text.ts': ['textLength', 'indexOf', 'substring', 'lower', 'upper', 'trim', 'replace', 'split', 'join'],
  'tree.ts': ['childrenOf', 'descendantsOf'],
};

/** File of a function, by its name. */
export const runtimeFiles: ReadonlyMap<string, string> = new Map(
  Object.entries(files).flatMap(([file, names]) => names.map((name) => [name, file] as const)),
);
