import { openDataDir } from '../adapters/data-dir/open-data-dir.ts';
import type { EventLog } from '../adapters/log/event-log.ts';
import { frozenProfile } from '../adapters/profile/frozen-profile.ts';
import { acceptCallback } from '../operations/accept-callback.ts';
import type { Operator } from '../operations/operator.ts';
import type { CounterpartProfile } from '../schemas/counterpart.ts';
import { CarryoverError } from '../schemas/failures.ts';
import { asTransferId } from '../schemas/ids.ts';
import { callbackApp } from './callback-app.ts';
import { listenOn } from './listen-on.ts';
import { startOperatorPages } from './operators/start-operator-pages.ts';
import { temporalWhenThere } from './temporal-when-there.ts';

export interface ConsoleOptions {
  readonly dataDir: string;
  /** `HOST:PORT`; port 0 takes a free one. */
  readonly listen: string;
  /** The pages for operators, at a loopback address of their own, and who they act as; none where left out. */
  readonly operators?: { readonly listen: string; readonly actor: string; readonly yesProduction: boolean };
  /** The paths of their redirect URIs are listened on. */
  readonly profiles: readonly CounterpartProfile[];
  readonly temporalAddress?: string;
  readonly log: EventLog;
  readonly clock?: () => number;
}

export interface RunningConsole {
  /** Of the callback listener, without a path. */
  readonly url: string;
  /** Of the operators' pages, and the file (0600) that holds the address to sign in at. */
  readonly operators?: { readonly url: string; readonly signInFile: string };
  stop(): Promise<void>;
}

/**
 * Listens for members' browsers that come back from the authorization server, and for operators. Needs neither a worker nor Temporal: what
 * comes is committed, and handed over once they are there. Throws PROFILE_DIRECTION_MISSING where no profile receives, USAGE.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { log, clock = Date.now, operators } = options;
  const paths = options.profiles.flatMap(({ receive }) => (receive === undefined ? [] : [callbackPath(receive)]));
  if (paths.length === 0) throw new CarryoverError('PROFILE_DIRECTION_MISSING', 'No profile has [receive].');

  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    const dataDir = await openDataDir(options.dataDir, { clock });
    closers.push(() => dataDir.close());
    const temporal = temporalWhenThere({ address: options.temporalAddress, keys: dataDir.keys });
    closers.push(() => temporal.close());
    const operator = (actor: string): Operator => ({ ...dataDir, actor, clock, temporal: temporal.client() });
    const callback = await listenOn(
      callbackAppOf(paths, log, () => operator('callback')),
      {
        text: options.listen,
        option: '--listen',
      },
    );
    closers.push(() => callback.close());
    log.event('server-started', { port: callback.port });
    const pages =
      operators === undefined
        ? undefined
        : await startOperatorPages({
            root: dataDir.paths.root,
            listen: operators.listen,
            yesProduction: operators.yesProduction,
            operator: () => operator(operators.actor),
            clock,
            log,
          });
    if (pages !== undefined) closers.push(() => pages.stop());
    return {
      url: callback.url,
      ...(pages !== undefined && { operators: pages }),
      async stop() {
        await close();
        log.event('server-stopped', { port: callback.port });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function callbackAppOf(paths: readonly string[], log: EventLog, operator: () => Operator) {
  return callbackApp({
    paths,
    log,
    accept: async (query) => acceptCallback(operator(), (transferId) => profileOf(operator(), transferId), query),
  });
}

function callbackPath({ redirectUri }: NonNullable<CounterpartProfile['receive']>): string {
  return new URL(redirectUri).pathname;
}

async function profileOf(operator: Operator, transferId: string): Promise<CounterpartProfile> {
  const { batchId } = await operator.ledger.transfers.get(asTransferId(transferId));
  return frozenProfile(operator, batchId);
}
