/** The four details of the seed ("Send member information with the following details"); '' where missing. */
export interface MemberInformation {
  readonly name: string;
  /** YYYY-MM-DD where it could be read as a date, else as written. */
  readonly birthDate: string;
  readonly previousMemberId: string;
  readonly zipCode: string;
}

const MEMBER = String.raw`(?:(?:the )?member(?:['’]s)?\s+)?`;
const LABELS: Readonly<Record<keyof MemberInformation, RegExp>> = {
  name: label(`${MEMBER}(?:full )?name`),
  birthDate: label(`${MEMBER}(?:date of birth|birth ?date|dob)`),
  previousMemberId: label(String.raw`previous (?:plan )?member (?:id|identifier)(?: number)?(?:\s*\([^)]*\))?`),
  zipCode: label(`${MEMBER}(?:zip(?: ?code)?|postal code)`),
};

/** Member details from the text of a mail, tolerant about labels; undefined where it holds fewer than two of them. */
export function readMemberInformation(text: string): MemberInformation | undefined {
  const valueOf = (field: keyof MemberInformation): string => LABELS[field].exec(text)?.[1]?.trim() ?? '';
  const information: MemberInformation = {
    name: valueOf('name'),
    birthDate: isoDate(valueOf('birthDate')),
    previousMemberId: valueOf('previousMemberId'),
    zipCode: valueOf('zipCode'),
  };
  return Object.values(information).filter((value) => value !== '').length < 2 ? undefined : information;
}

/** What is missing or malformed, in the seed's words. */
export function informationGaps({ name, birthDate, previousMemberId, zipCode }: MemberInformation): string[] {
  return [
    ...(name === '' ? ['Member name'] : []),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? [] : ['Member date of birth']),
    ...(previousMemberId === '' ? ['Previous member ID number'] : []),
    ...(/^\d{5}(-\d{4})?$/.test(zipCode) ? [] : ['Member zip code']),
  ];
}

function label(pattern: string): RegExp {
  return new RegExp(String.raw`^[ \t>*\-•\d.)]*${pattern}[ \t]*[:=][ \t]*(.+)$`, 'im');
}

function isoDate(text: string): string {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (american === null) return text;
  const [, month = '', day = '', year = ''] = american;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
