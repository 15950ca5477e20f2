import type { S3Client } from '@aws-sdk/client-s3';

import { CarryoverError } from '../../../schemas/failures.ts';
import { isLoopbackUrl } from '../../http/is-loopback-url.ts';
import type { S3Settings } from './s3-settings.ts';

/** A store that accepts no connection, or says nothing more, is given up after this. */
const connectionTimeoutMs = 10_000;
const silenceTimeoutMs = 60_000;

/**
 * The AWS SDK's client, with region, endpoint and credentials from its own environment, profiles and roles. It is loaded here, because
 * only who delivers to S3 needs it. `place`: what failures name. A request over plain http to another machine throws S3_UNSAFE before it is signed or sent.
 */
export async function openS3Client({ pathStyle }: Pick<S3Settings, 'pathStyle'>, place: string): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({
    forcePathStyle: pathStyle,
    requestHandler: { connectionTimeout: connectionTimeoutMs, socketTimeout: silenceTimeoutMs },
  });
  // The endpoint may come from a profile: only a request that is ready says for certain where it goes.
  client.middlewareStack.add(
    (next) => (args) => {
      requireSafe(args.request, place);
      return next(args);
    },
    { name: 'requireSafeEndpoint', step: 'build' },
  );
  return client;
}

function requireSafe(request: unknown, place: string): void {
  const { protocol, hostname } = request as { readonly protocol: string; readonly hostname: string };
  if (protocol !== 'https:' && !isLoopbackUrl(`${protocol}//${hostname}`))
    throw new CarryoverError('S3_UNSAFE', '', { file: place });
}
