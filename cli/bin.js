#!/usr/bin/env node
// Plain JavaScript that any Node can parse: runs main.ts on the pinned Node, whatever `node` the PATH gave us.
import { spawn } from 'node:child_process';
import module from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findPinnedNode, runsOnWantedNode, wantedNodeMajor } from '../tools/pinned-node.js';

const dependencyExitCode = 3;

if (runsOnWantedNode()) {
  // Where set-up has put what V8 compiles, and where nobody else may write.
  module.enableCompileCache(fileURLToPath(new URL('../generated/compiled', import.meta.url)));
  await import('./main.ts');
} else {
  runOnPinnedNode();
}

function runOnPinnedNode() {
  const bin = fileURLToPath(import.meta.url);
  const pinned = findPinnedNode(dirname(dirname(bin)));
  if (pinned === undefined) {
    process.stderr.write(
      `carryover needs Node ${wantedNodeMajor}; this is ${process.version} and no pinned Node is installed. Run \`node tools/setup.js\`.\n`,
    );
    process.exit(dependencyExitCode);
  }
  const child = spawn(pinned, [bin, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A Ctrl-C on a terminal reaches the child by itself; a second SIGINT would mean "now".
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
