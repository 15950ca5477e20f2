/** A member of the Demo Health Plan. */
export interface TestMember {
  readonly firstName: string;
  readonly lastName: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly memberId: string;
  readonly postalCode: string;
  readonly gender: 'female' | 'male';
  /** How many visits the member's record tells of: about ten resources each. */
  readonly visits: number;
}

/** The four test members of the seed's table (Step 1); gender and visits are ours. */
export const TEST_MEMBERS: readonly TestMember[] = [
  {
    firstName: 'Mayte822',
    lastName: 'Venegas795',
    birthDate: '2011-01-04',
    memberId: '01-testmemid',
    postalCode: '02116',
    gender: 'female',
    visits: 3,
  },
  {
    firstName: 'Sherie778',
    lastName: 'Fahey393',
    birthDate: '1974-04-29',
    memberId: '02-testmemid',
    postalCode: '01810',
    gender: 'female',
    visits: 4,
  },
  {
    firstName: 'Delmar187',
    lastName: 'Tromp100',
    birthDate: '1961-05-15',
    memberId: '03-testmemid',
    postalCode: '02109',
    gender: 'male',
    visits: 5,
  },
  {
    firstName: 'George',
    lastName: 'Bluth',
    birthDate: '1943-01-01',
    memberId: '04-testmemid',
    postalCode: '15239',
    gender: 'male',
    visits: 4,
  },
];

/** A member for load runs: the same number gives the same member, with about 300 resources. */
export function generatedMember(number: number): TestMember {
  const digits = String(number).padStart(6, '0');
  return {
    firstName: `Given${digits}`,
    lastName: `Family${digits}`,
    birthDate: `${1940 + (number % 60)}-${twoDigits(1 + (number % 12))}-${twoDigits(1 + (number % 28))}`,
    memberId: `load-${digits}`,
    postalCode: String(2101 + (number % 800)).padStart(5, '0'),
    gender: number % 2 === 0 ? 'female' : 'male',
    visits: 28,
  };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
