import { CarryoverError } from '../schemas/failures.ts';

/** Reads the `HOST:PORT` of an option, such as `127.0.0.1:8089` or `[::1]:0`. Throws USAGE. */
export function parseListen(text: string, option: string): { readonly hostname: string; readonly port: number } {
  const { host, port } = /^(?<host>\[[0-9a-f:.]+\]|[\w.-]+):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535)
    throw new CarryoverError('USAGE', `${option} is not HOST:PORT, such as 127.0.0.1:8089.`);
  return { hostname: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
}
