import type { Database } from '../database.ts';

/** An application as a payer registers it in the developer portal (seed, "Register in the 1up Developer Portal"). */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** "You can specify multiple URIs in a comma separated list." (seed) */
  readonly redirectUris: string;
  readonly environment: 'sandbox' | 'production';
}

export interface ClientRegistry {
  register(clients: readonly RegisteredClient[]): void;
  find(clientId: string): RegisteredClient | undefined;
}

export const DEFAULT_CLIENT: RegisteredClient = {
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-client-secret',
  redirectUris: 'http://localhost:8377/callback,http://127.0.0.1:8377/callback',
  environment: 'sandbox',
};

/** The registered applications, kept durably. */
export function createClientRegistry(database: Database): ClientRegistry {
  return {
    register(clients) {
      database.transaction(() => {
        for (const client of clients) {
          database.run('INSERT OR REPLACE INTO clients VALUES (?, ?)', client.clientId, JSON.stringify(client));
        }
      });
    },
    find(clientId) {
      const row = database.row('SELECT client FROM clients WHERE client_id = ?', clientId);
      return row === undefined ? undefined : (JSON.parse(String(row['client'])) as RegisteredClient);
    },
  };
}

/** Reads a list of applications. Throws TypeError that names what is wrong. */
export function readClients(value: unknown): RegisteredClient[] {
  if (!Array.isArray(value)) throw new TypeError('clients: a JSON list is expected');
  return value.map((item: unknown) => readClient(item));
}

function readClient(value: unknown): RegisteredClient {
  const client = (value ?? {}) as Partial<Record<keyof RegisteredClient, unknown>>;
  for (const field of ['clientId', 'clientSecret', 'redirectUris'] as const) {
    if (typeof client[field] !== 'string' || client[field] === '') throw new TypeError(`clients: ${field} is missing`);
  }
  const environment = client.environment ?? 'sandbox';
  if (environment !== 'sandbox' && environment !== 'production') throw new TypeError('clients: wrong environment');
  return { ...(client as RegisteredClient), environment };
}
