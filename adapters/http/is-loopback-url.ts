/**
 * True where the URL names this machine: `localhost` and below, 127.0.0.0/8, ::1 or an unspecified address.
 * `URL` has brought every spelling of an IPv4 address (octal, hexadecimal, short) to four decimal numbers by then.
 */
export function isLoopbackUrl(url: URL | string): boolean {
  const host = new URL(url).hostname.toLowerCase().replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (host === '0.0.0.0' || host === '[::]' || host === '[::1]') return true;
  return /^127(?:\.\d{1,3}){3}$/.test(host) || /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(host);
}
