import type { Command } from 'commander';

import { defineCommand } from '../command.ts';
import { loadCounterparts } from '../counterpart-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { actorName, dataDirRoot } from '../installation.ts';
import { openLog } from '../open-log.ts';
import { untilStopped } from '../until-stopped.ts';

interface ConsoleOptions {
  readonly listen: string;
  readonly operators?: string;
  readonly counterpart?: readonly string[];
}

/** `carryover console`: listen for members' browsers that come back, and for operators, until SIGTERM or Ctrl-C. */
export const console = defineCommand<ConsoleOptions>({
  afterFailure: 'Nothing listens here; authorization links stay good until they expire.',
  configure(command: Command) {
    command
      .option('--listen <host:port>', 'where to listen; put a proxy with TLS before it', '127.0.0.1:8089')
      .option('--operators <host:port>', 'also serve pages for operators, at a loopback address such as 127.0.0.1:8090')
      .option(
        '--counterpart <profile...>',
        'whose redirect URIs to answer (else every profile in the counterparts folder)',
      );
  },
  async run(context, { listen, operators, counterpart = [] }) {
    const loaded = await loadCounterparts(context, counterpart);
    const { startConsole } = await import('../../console/start-console.ts');
    const running = await startConsole({
      dataDir: dataDirRoot(context),
      listen,
      ...(operators !== undefined && {
        operators: { listen: operators, actor: actorName(), yesProduction: context.options.yesProduction },
      }),
      log: openLog(context, 'console'),
      profiles: loaded.map(({ profile }) => profile),
      ...(context.options.temporal === undefined ? {} : { temporalAddress: context.options.temporal }),
    });
    const pages = running.operators;
    context.out.result(
      { url: running.url, ...(pages !== undefined && { operators: pages.url, signInFile: pages.signInFile }) },
      [
        `Listening on ${running.url}`,
        ...(pages === undefined
          ? []
          : [`Pages for operators on ${pages.url}; the address to sign in at is in ${pages.signInFile}`]),
      ].join('\n'),
    );
    await untilStopped(running);
    return exitCodes.good;
  },
});
