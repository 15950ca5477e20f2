// Run by the pinned Node: fetches the Temporal program of the pinned version from where Temporal publishes it, unpacks it and moves
// it to its place. Prints one line with the reason where it fails. The archives there have no published checksum: what is trusted is
// TLS, and the program must say the pinned version.
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { temporalVersion, versionOf } from './temporal-binary.js';

const origin = process.env.CARRYOVER_TEMPORAL_DOWNLOAD ?? 'https://temporal.download';
const answerWithinMs = 5_000;
const archiveWithinMs = 5 * 60_000;

const [target = ''] = process.argv.slice(2);
try {
  await download(target);
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}

/** @param {string} to */
async function download(to) {
  const response = await fetchArchive();
  await mkdir(dirname(to), { recursive: true });
  const folder = await mkdtemp(`${to}.part-`);
  try {
    const archive = join(folder, 'archive');
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
    execFileSync('tar', ['-xf', archive, '-C', folder, basename(to)], { stdio: 'pipe' });
    const program = join(folder, basename(to));
    const version = versionOf(program);
    if (version !== temporalVersion) throw new Error(`the program says ${version ?? 'no version'}`);
    await rename(program, to);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The answer must begin within seconds; the archive itself may take minutes. */
async function fetchArchive() {
  const url = new URL(`/cli/archive/v${temporalVersion}`, origin);
  url.searchParams.set('platform', process.platform === 'win32' ? 'windows' : process.platform);
  url.searchParams.set('arch', process.arch === 'x64' ? 'amd64' : process.arch);
  const abort = new AbortController();
  const answerDeadline = setTimeout(
    () => abort.abort(new Error(`no answer within ${answerWithinMs} ms`)),
    answerWithinMs,
  );
  setTimeout(() => abort.abort(new Error(`not done within ${archiveWithinMs} ms`)), archiveWithinMs).unref();
  const response = await fetch(url, { signal: abort.signal });
  clearTimeout(answerDeadline);
  if (!response.ok || response.body === null) throw new Error(`${url.host} answered ${response.status}`);
  return response;
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
