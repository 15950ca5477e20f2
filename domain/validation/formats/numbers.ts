/** FHIR `integer`: 32 bits with sign. That it is written as one is a rule for the text (text/integer-names.ts). */
export function isInteger(value: number): boolean {
  return (value | 0) === value;
}

/** FHIR `unsignedInt`: 0 to 2,147,483,647; `-0` is not written so. */
export function isUnsignedInt(value: number): boolean {
  return (value | 0) === value && value >= 0 && !Object.is(value, -0);
}

/** FHIR `positiveInt`: 1 to 2,147,483,647. */
export function isPositiveInt(value: number): boolean {
  return (value | 0) === value && value > 0;
}

/** FHIR `decimal`: any number. One beyond the range of a double is still a decimal, as it was written. */
export function isDecimal(value: number): boolean {
  return !Number.isNaN(value);
}
