import { refuseDebugLogging } from '../../adapters/http/refuse-debug-logging.ts';
import type { CommandContext } from '../command.ts';
import { look, ok, type Check } from './check.ts';

/** Looks for variables that would make a library print what counterparts send. */
export async function checkEnvironment({ env }: CommandContext): Promise<readonly Check[]> {
  const name = 'environment';
  const check = await look(name, () => {
    refuseDebugLogging(env);
    return Promise.resolve(ok(name, 'No variable makes a library print requests or answers.'));
  });
  return [check];
}
