// The forms of FHIR R4's primitive types, one function each, as the reference validator judges them. Generated validators import
// them from here. All are linear in the length of the value.
export { isBase64Binary } from './base64.ts';
export { isDate, isDateTime, isInstant, isTime } from './date-time.ts';
export { isDecimal, isInteger, isPositiveInt, isUnsignedInt } from './numbers.ts';
export { isCode, isId, isMarkdown, isString } from './text-values.ts';
export { isCanonical, isOid, isUri, isUrl, isUuid } from './uri.ts';
