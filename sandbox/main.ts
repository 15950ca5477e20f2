import { USAGE, readOptions } from './options.ts';
import { type RunningSandbox, startSandbox } from './start-sandbox.ts';

const USAGE_ERROR = 2;

try {
  const sandbox = await startSandbox(readOptions(process.argv.slice(2)));
  stopOnSignal(sandbox);
  process.stdout.write(`${JSON.stringify(sandbox)}\n`);
} catch (error) {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = USAGE_ERROR;
}

function stopOnSignal(sandbox: RunningSandbox): void {
  const stop = (): void => {
    process.exitCode = 0;
    void sandbox.close().then(() => process.exit());
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
