import type { Command } from 'commander';

import { defineCommand } from '../command.ts';
import { checkDataDir } from '../doctor/check-data-dir.ts';
import { checkDeliveries } from '../doctor/check-deliveries.ts';
import { checkEnvironment } from '../doctor/check-environment.ts';
import { checkProfiles } from '../doctor/check-profiles.ts';
import { checkTemporal } from '../doctor/check-temporal.ts';
import type { Check } from '../doctor/check.ts';
import { exitCodes } from '../exit-codes.ts';

interface DoctorOptions {
  readonly counterpart?: readonly string[];
}

/** `carryover doctor`: look at everything that an installation needs, and say what to mend. */
export const doctor = defineCommand<DoctorOptions>({
  afterFailure: 'Nothing was changed.',
  configure(command: Command) {
    command.option('--counterpart <profile...>', 'profiles to look at (else every one in the counterparts folder)');
  },
  async run(context, { counterpart = [] }) {
    const checks = [
      ...(await checkDataDir(context)),
      ...(await checkProfiles(context, counterpart)),
      ...(await checkTemporal(context)),
      ...(await checkDeliveries(context)),
      ...(await checkEnvironment(context)),
    ];
    const codes = checks.map(({ exitCode }) => exitCode);
    const exitCode = codes.includes(exitCodes.usage)
      ? exitCodes.usage
      : codes.includes(exitCodes.dependency)
        ? exitCodes.dependency
        : exitCodes.good;
    const text = checks.map((check) => checkText(check, (style, mark) => context.out.paint(style, mark))).join('\n');
    context.out.result({ healthy: exitCode === exitCodes.good, checks }, text);
    return exitCode;
  },
});

const marks = { ok: ['green', 'ok     '], warning: ['yellow', 'warning'], bad: ['red', 'bad    '] } as const;

function checkText(
  { name, state, detail, advice, code, place }: Check,
  paint: (style: 'green' | 'yellow' | 'red', text: string) => string,
) {
  const [style, mark] = marks[state];
  const where = [place?.file, place?.line === undefined ? undefined : `line ${place.line}`, place?.column]
    .filter((part) => part !== undefined)
    .join(', ');
  const lines = [
    `${paint(style, mark)}  ${name}: ${detail}${code === undefined ? '' : ` (${code})`}`,
    ...(where === '' ? [] : [`         where  ${where}`]),
    ...(advice === undefined ? [] : [`         next   ${advice}`]),
  ];
  return lines.join('\n');
}
