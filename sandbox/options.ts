import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { readClients } from './authorization/client-registry.ts';
import type { SandboxOptions } from './start-sandbox.ts';
import type { Switches } from './switches.ts';

export const USAGE = `usage: main.ts --data-dir DIR [--auth-port N] [--api-port N] [--admin-port N] [--smtp-port N]
               [--clients FILE] [--switches FILE|JSON] [--generated-members N]
Ports are taken free where they are not given. Prints one JSON line with all addresses when it is ready.
`;

/** Reads the flags. Throws TypeError or SyntaxError with a sentence for the user. */
export function readOptions(args: string[]): SandboxOptions {
  const { values } = parseArgs({
    args,
    options: {
      'data-dir': { type: 'string' },
      'auth-port': { type: 'string', default: '0' },
      'api-port': { type: 'string', default: '0' },
      'admin-port': { type: 'string', default: '0' },
      'smtp-port': { type: 'string', default: '0' },
      clients: { type: 'string' },
      switches: { type: 'string' },
      'generated-members': { type: 'string', default: '0' },
    },
  });
  const { 'data-dir': dataDir, clients, switches } = values;
  if (dataDir === undefined) throw new TypeError('--data-dir is missing');
  return {
    dataDir,
    ports: {
      auth: wholeNumber('--auth-port', values['auth-port']),
      api: wholeNumber('--api-port', values['api-port']),
      admin: wholeNumber('--admin-port', values['admin-port']),
      smtp: wholeNumber('--smtp-port', values['smtp-port']),
    },
    generatedMembers: wholeNumber('--generated-members', values['generated-members']),
    ...(clients === undefined ? {} : { clients: readClients(readJson(clients)) }),
    ...(switches === undefined ? {} : { switches: readJson(switches) as Partial<Switches> }),
  };
}

/** JSON itself, or the name of a file that holds it. */
function readJson(text: string): unknown {
  return JSON.parse(/^\s*[[{]/.test(text) ? text : readFileSync(text, 'utf8'));
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new TypeError(`${flag} takes a whole number`);
  return Number(text);
}
