/** Waits until SIGTERM or SIGINT asks to stop, or `done` ends first, then stops in good order. A second SIGINT ends at once. */
export async function untilStopped(running: { readonly done?: Promise<void>; stop(): Promise<void> }): Promise<void> {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const onSignal = () => resolve();
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  // A server has no end of its own.
  await Promise.race([asked, ...(running.done === undefined ? [] : [running.done])]);
  process.on('SIGINT', exitAtOnce);
  await running.stop();
  process.removeListener('SIGINT', exitAtOnce);
  process.removeListener('SIGTERM', onSignal);
}

function exitAtOnce(): void {
  process.exit(130);
}
