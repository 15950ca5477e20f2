import { spawn } from 'node:child_process';

/** A step of the set-up that failed: what failed, what was tried, what to do. */
export class SetupFailure extends Error {
  /**
   * @param {string} failed
   * @param {readonly string[]} tried
   * @param {string} advice
   */
  constructor(failed, tried, advice) {
    super([failed, ...tried.map((line) => `  tried  ${line}`), `  to do  ${advice}`].join('\n'));
  }
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

/**
 * Runs a program, with a sign of life: on a terminal one line that is rewritten each second, else a line every ten seconds.
 * @param {string} label what is going on
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, news?: (output: string) => string }} options `news` makes of the output so far what the line says
 * @returns {Promise<{ code: number, output: string }>} exit code (127 where it could not be started) and everything it printed
 */
export async function runWithProgress(label, command, args, { cwd, env, shell = false, news = () => '' } = {}) {
  let output = '';
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const terminal = process.stderr.isTTY;
  const beat = setInterval(
    () => {
      const said = news(output);
      const line = `setup: ${label}, ${elapsed()}${said === '' ? '' : `, ${said}`}`;
      process.stderr.write(terminal ? `\r\u001B[K${line.slice(0, process.stderr.columns - 1)}` : `${line}\n`);
    },
    terminal ? 1_000 : 10_000,
  );
  const code = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk.toString();
      });
    }
    child.on('error', (error) => {
      output += error.message;
      resolve(127);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
  clearInterval(beat);
  if (terminal) process.stderr.write('\r\u001B[K');
  if (code === 0) say(`${label}: done in ${elapsed()}`);
  return { code, output };
}

/** The last lines of what a program printed: what a person needs to see of its failure. */
export function lastLines(/** @type {string} */ output, count = 12) {
  return output.trim().split('\n').slice(-count);
}
