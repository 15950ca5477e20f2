import { reissueLink } from '../../operations/reissue-link.ts';
import { authorize, callBack } from '../support/browsers.ts';
import { linkMail, untilMailed } from './receive-scenarios.ts';
import type { Scenario, Stage } from './scenario.ts';

/** What can become of an authorization beside the straight way. */
export const authorizationScenarios: Readonly<Record<string, Scenario>> = {
  'receive-link-reissued': {
    direction: 'receive',
    email: 'sherie@mail.example',
    wishes: { receive: linkMail() },
    async play({ world, transferId, until }) {
      await until('link-issued');
      await untilMailed(world, transferId, 1);
      await reissueLink(world.operator, transferId);
      await untilMailed(world, transferId, 2);
      await callBack(world, await authorize(world, transferId));
      await until('stored');
    },
  },
  'receive-link-reissued-by-hand': {
    direction: 'receive',
    async play({ world, transferId, until }) {
      await until('link-issued');
      await reissueLink(world.operator, transferId);
      await callBack(world, await authorize(world, transferId, 'deny'));
      await until('refused');
    },
  },
  'receive-exchange-request-rejected': {
    direction: 'receive',
    prepare: (world) =>
      world.admin.faults([{ kind: 'oauth-error', error: 'unauthorized_client', route: 'POST /oauth2/token' }]),
    play: authorizeInVain,
  },
  'receive-link-request-rejected': {
    direction: 'receive',
    prepare: (world) => world.admin.switches({ pkce: 'required' }),
    play: authorizeInVain,
  },
};

async function authorizeInVain({ world, transferId, until }: Stage): Promise<void> {
  await until('link-issued');
  await callBack(world, await authorize(world, transferId));
  await until('failed');
}
