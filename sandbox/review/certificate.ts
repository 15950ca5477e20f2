import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** PEM file of the authority that a client has to trust. */
  readonly caFile: string;
}

const DAY_MS = 86_400_000;

/** The certificate of an earlier run where it is still good, else a new one for localhost and 127.0.0.1. */
export async function loadCertificate(dataDir: string): Promise<Certificate> {
  const caFile = join(dataDir, 'smtp-ca.pem');
  const certFile = join(dataDir, 'smtp-cert.pem');
  const keyFile = join(dataDir, 'smtp-key.pem');
  if (![caFile, certFile, keyFile].every((file) => existsSync(file)) || endsSoon(certFile)) {
    const made = await makeCertificate();
    writeFileSync(caFile, made.ca);
    writeFileSync(keyFile, made.key, { mode: 0o600 });
    writeFileSync(certFile, made.cert);
  }
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), caFile };
}

function endsSoon(certFile: string): boolean {
  return Date.parse(new X509Certificate(readFileSync(certFile)).validTo) < Date.now() + DAY_MS;
}

async function makeCertificate(): Promise<{ ca: string; key: string; cert: string }> {
  const dates = { notBeforeDate: new Date(Date.now() - DAY_MS), notAfterDate: new Date(Date.now() + 365 * DAY_MS) };
  const ca = await generate([{ name: 'commonName', value: 'Sandbox mail authority' }], {
    ...dates,
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...dates,
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: ca.cert, key: leaf.private, cert: leaf.cert };
}
