import { isBlank } from './white-space.ts';

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** FHIR `date`: a year, a month or a day that the calendar has; year 0000 is none. */
export function isDate(value: string): boolean {
  return endOfDate(value) === value.length || isBlank(value);
}

/** FHIR `dateTime`: a date, or a day with time, seconds and zone; second 60 is allowed, hour 24 is not. */
export function isDateTime(value: string): boolean {
  const end = endOfDate(value);
  if (end === value.length) return true;
  return (end === 10 && isZonedTime(value)) || isBlank(value);
}

/** FHIR `instant`: a dateTime with its time. */
export function isInstant(value: string): boolean {
  return (endOfDate(value) === 10 && isZonedTime(value)) || isBlank(value);
}

/** FHIR `time`: hours, minutes and seconds, without a zone. */
export function isTime(value: string): boolean {
  return endOfTime(value, 0) === value.length || isBlank(value);
}

/** Where the (partial) date at the start ends: 4, 7 or 10; -1 where there is none. */
function endOfDate(value: string): number {
  const century = digits(value, 0);
  const rest = digits(value, 2);
  if (century < 0 || rest < 0) return -1;
  const year = century * 100 + rest;
  if (year === 0) return -1;
  if (value.charCodeAt(4) !== hyphen) return 4;
  const month = digits(value, 5);
  if (month < 1 || month > 12) return -1;
  if (value.charCodeAt(7) !== hyphen) return 7;
  const day = digits(value, 8);
  if (day < 1 || day > (daysOfMonth[month - 1] ?? 0)) return -1;
  return day === 29 && month === 2 && !isLeap(year) ? -1 : 10;
}

/** `T`, time and zone from the tenth character to the end. */
function isZonedTime(value: string): boolean {
  if (value.charCodeAt(10) !== 0x54) return false;
  const end = endOfTime(value, 11);
  if (end < 0) return false;
  const sign = value.charCodeAt(end);
  if (sign === 0x5a) return value.length === end + 1;
  if ((sign !== 0x2b && sign !== hyphen) || value.length !== end + 6 || value.charCodeAt(end + 3) !== colon)
    return false;
  const hours = digits(value, end + 1);
  const minutes = digits(value, end + 4);
  return (hours >= 0 && hours <= 13 && minutes >= 0 && minutes <= 59) || (hours === 14 && minutes === 0);
}

/** Where a time with seconds, and perhaps a fraction, ends; -1 where there is none. */
function endOfTime(value: string, start: number): number {
  const hours = digits(value, start);
  const minutes = digits(value, start + 3);
  const seconds = digits(value, start + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return -1;
  if (value.charCodeAt(start + 2) !== colon || value.charCodeAt(start + 5) !== colon) return -1;
  let end = start + 8;
  if (value.charCodeAt(end) !== 0x2e) return end;
  for (end += 1; isDigit(value.charCodeAt(end)); end += 1);
  return end === start + 9 ? -1 : end;
}

const hyphen = 0x2d;
const colon = 0x3a;

/** The number that two digits make; -1 where they are none. */
function digits(value: string, at: number): number {
  const tens = value.charCodeAt(at) - 0x30;
  const ones = value.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
