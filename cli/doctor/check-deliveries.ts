import { deliveryPlace, requireReachable } from '../../adapters/delivery/delivery-place.ts';
import type { CommandContext } from '../command.ts';
import { look, ok, type Check } from './check.ts';

/** Looks at the place that CARRYOVER_DELIVER_TO names, where it names one. */
export async function checkDeliveries({ env }: CommandContext): Promise<readonly Check[]> {
  const given = env['CARRYOVER_DELIVER_TO'];
  if (given === undefined) return [];
  const name = 'deliveries';
  const check = await look(name, async () => {
    const place = deliveryPlace(given, env);
    await requireReachable(place);
    return ok(name, place.kind === 's3' ? `${place.url} can be listed.` : `They go to ${place.folder}.`);
  });
  return [check];
}
