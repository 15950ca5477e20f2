import { join } from 'node:path';

import type { EventLog } from '../../adapters/log/event-log.ts';
import type { Operator } from '../../operations/operator.ts';
import { CarryoverError } from '../../schemas/failures.ts';
import { listenOn } from '../listen-on.ts';
import { parseListen } from '../parse-listen.ts';
import { operatorsApp } from './operators-app.ts';
import { openSignIn } from './sign-in.ts';

export interface OperatorPages {
  /** Without a path. */
  readonly url: string;
  readonly signInFile: string;
  stop(): Promise<void>;
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Serves the pages for operators. There are no accounts: whoever may read the files of the data directory may sign in, and only from this
 * machine, so a loopback address is the only one that is taken. Throws USAGE.
 */
export async function startOperatorPages(options: {
  /** The data directory. */
  readonly root: string;
  readonly listen: string;
  readonly operator: () => Operator;
  readonly yesProduction: boolean;
  readonly clock: () => number;
  readonly log: EventLog;
}): Promise<OperatorPages> {
  const { root, listen, operator, yesProduction, clock, log } = options;
  const option = '--operators';
  if (!loopback.has(parseListen(listen, option).hostname))
    throw new CarryoverError(
      'USAGE',
      `${option} takes a loopback address only, such as 127.0.0.1:8090: its pages show authorization links.`,
    );
  const signInFile = join(root, 'console-sign-in');
  let url = '';
  const app = operatorsApp({ operator, yesProduction, log, origin: () => url, signIn: () => signIn });
  const listening = await listenOn(app, { text: listen, option });
  ({ url } = listening);
  const addressOf = (key: string): string => `${url}/sign-in?key=${key}`;
  const signIn = await openSignIn({ file: signInFile, addressOf, clock });
  log.event('server-started', { port: listening.port });
  return {
    url,
    signInFile,
    async stop() {
      await listening.close();
      await signIn.close();
      log.event('server-stopped', { port: listening.port });
    },
  };
}
