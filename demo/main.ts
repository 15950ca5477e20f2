import { describeEnd } from './describe-end.ts';
import { openInterruption, type Interruption } from './interruption.ts';
import { readOptions, usage, type DemoOptions } from './options.ts';
import { makePlaces } from './places.ts';
import { openProgress, type Progress } from './progress.ts';
import { receiveMembers } from './receive-members.ts';
import { reconcile } from './reconcile.ts';
import { openScreen, type Screen } from './screen.ts';
import { sendMembers } from './send-members.ts';
import { startParts } from './start-parts.ts';
import { whereToLook } from './where-to-look.ts';
import { writeReport } from './write-report.ts';

const deadlineMs = 5 * 60_000;
const usageExitCode = 2;

/** What one run of the demo has from the outside. */
interface Stage {
  readonly options: DemoOptions;
  readonly screen: Screen;
  readonly progress: Progress;
  readonly interruption: Interruption;
  readonly ends: AsyncDisposableStack;
}

/** `npm start`: carries members' records both ways through the whole product, and proves with a report that everything adds up. */
async function main(args: string[]): Promise<number> {
  const options = optionsOf(args);
  if (options === undefined) return usageExitCode;
  const screen = openScreen(process.stderr);
  const progress = openProgress(screen);
  const interruption = openInterruption(deadlineMs);
  const ends = new AsyncDisposableStack();
  try {
    return await runDemo({ options, screen, progress, interruption, ends });
  } catch (error) {
    const { exitCode, text } = describeEnd(interruption.signal.aborted ? interruption.signal.reason : error);
    screen.rest();
    screen.say(['', text, ...progress.stillOpen()].join('\n'));
    return exitCode;
  } finally {
    await ends.disposeAsync();
  }
}

async function runDemo({ options, screen, progress, interruption, ends }: Stage): Promise<number> {
  const startedMs = performance.now();
  const places = await makePlaces(options.directory);
  screen.say(introduction(places.root));
  const parts = await startParts({ options, places, screen, interruption, ends });
  const run = { ...parts, options, places, screen, progress, signal: interruption.signal };

  const received = await receiveMembers(run);
  const sent = await sendMembers(run);
  const reconciled = await reconcile(run, received, sent);

  interruption.forgetDeadline();
  screen.rest();
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(await writeReport(run, reconciled, seconds));
  screen.say(whereToLook(run, reconciled));
  if (options.keep) await interruption.untilInterrupted();
  return reconciled.asPredicted ? 0 : 1;
}

function optionsOf(args: string[]): DemoOptions | undefined {
  try {
    return readOptions(args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    return undefined;
  }
}

function introduction(root: string): string {
  return `Carryover moves members' clinical records between health plans. This demo does it both ways, with another plan that is
played by a program on this machine. Every person, record and token in it is invented. All data go to ${root}
`;
}

process.exitCode = await main(process.argv.slice(2));
