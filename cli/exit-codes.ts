/** The exit codes of `carryover` (design.md, "Command line"): published, and never used for anything else. */
export const exitCodes = {
  good: 0,
  someBad: 1,
  usage: 2,
  dependency: 3,
  goesOn: 4,
  needsDecision: 5,
  doesNotAddUp: 6,
  refused: 7,
  detached: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
