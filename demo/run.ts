import type { DemoOptions } from './options.ts';
import type { Places } from './places.ts';
import type { Progress } from './progress.ts';
import type { Screen } from './screen.ts';
import type { Parts } from './start-parts.ts';

/** One run of the demo: what every chapter of it works with. */
export interface Run extends Parts {
  readonly options: DemoOptions;
  readonly places: Places;
  readonly screen: Screen;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}
