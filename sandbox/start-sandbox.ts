import { DEFAULT_CLIENT, type RegisteredClient } from './authorization/client-registry.ts';
import { type Listener, listen } from './listen.ts';
import { loadCertificate } from './review/certificate.ts';
import { startMailListener } from './review/mail-listener.ts';
import { createReviewer } from './review/reviewer.ts';
import { adminRoutes } from './routes/admin-routes.ts';
import { authorizationRoutes } from './routes/authorization-routes.ts';
import { fhirRoutes } from './routes/fhir-routes.ts';
import type { Switches } from './switches.ts';
import { createWorld } from './world.ts';

export interface SandboxOptions {
  /** Where journal, store and everything else survive a kill. */
  readonly dataDir: string;
  /** 0, or absent, takes a free port. */
  readonly ports?: { readonly auth?: number; readonly api?: number; readonly admin?: number; readonly smtp?: number };
  /** Registered beside those of earlier runs; a default client where none was ever given. */
  readonly clients?: readonly RegisteredClient[];
  readonly switches?: Partial<Switches>;
  /** Members beside the four of the seed, for load runs: `load-000001` and on. */
  readonly generatedMembers?: number;
}

export interface RunningSandbox {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** Base of reads and of POSTs, without a slash at its end. */
  readonly fhirBaseUrl: string;
  readonly adminUrl: string;
  readonly smtp: { readonly host: string; readonly port: number; readonly caFile: string };
  close(): Promise<void>;
}

/**
 * Starts the fake 1up on loopback: authorization server, FHIR API, mail and admin, each on a port of its own.
 * Throws TypeError for an unknown switch.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { dataDir, ports = {}, generatedMembers = 0 } = options;
  const world = createWorld({ dataDir, generatedMembers });
  world.switches.set(options.switches ?? {});
  world.clients.register(options.clients ?? [DEFAULT_CLIENT]);
  const reviewer = createReviewer(world);

  const authorization = await listen(authorizationRoutes(world), ports.auth ?? 0);
  const api = await listen(fhirRoutes(world), ports.api ?? 0);
  world.addresses.authorizationOrigin = authorization.origin;
  world.addresses.fhirBaseUrl = `${api.origin}/r4`;
  const mail = await startMailListener(world, reviewer, await loadCertificate(dataDir), ports.smtp ?? 0);
  const admin = await listen(adminRoutes(world, reviewer), ports.admin ?? 0);

  return {
    authorizeUrl: `${authorization.origin}/oauth2/authorize/payer2payer`,
    tokenUrl: `${authorization.origin}/oauth2/token`,
    fhirBaseUrl: world.addresses.fhirBaseUrl,
    adminUrl: admin.origin,
    smtp: { host: '127.0.0.1', port: mail.port, caFile: `${dataDir}/smtp-ca.pem` },
    close: () => closeAll([authorization, api, admin, mail], () => world.database.close()),
  };
}

async function closeAll(listeners: readonly Pick<Listener, 'close'>[], closeDatabase: () => void): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
  closeDatabase();
}
