import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a duration such as `90s`, `10m`, `2h` or `1d`; returns milliseconds. */
export function readDuration(text: string): number {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const factor = unitMs[unit ?? ''];
  if (amount === undefined || factor === undefined)
    throw new InvalidArgumentError('A duration is a number with ms, s, m, h or d behind it, such as 10m.');
  return Number(amount) * factor;
}
