// A small process between us and the Temporal server: it ends the server when we say so, and also when we die without a word
// (kill -9), which the closed channel tells. Runs in a session of its own, so that a Ctrl-C reaches our orderly shutdown first.
import { spawn } from 'node:child_process';

/** How long the server may take to close its database. */
const graceMs = 10_000;

const [program = '', ...args] = process.argv.slice(2);
const server = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

server.on('spawn', () => process.send?.(server.pid));
server.on('error', () => process.exit(1));
server.on('exit', (code) => process.exit(code ?? 1));

process.on('disconnect', endServer);
process.on('SIGTERM', endServer);

function endServer(): void {
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), graceMs).unref();
}
