import { constants } from 'node:os';

type Cleanup = () => void | Promise<unknown>;

const cleanups = new Set<Cleanup>();
const seen = new Set<string>();

/** Runs `cleanup` when the command is ended from outside: the terminal is restored, a server stopped. Returns a function that cancels this. */
export function onInterruption(cleanup: Cleanup): () => void {
  cleanups.add(cleanup);
  return () => void cleanups.delete(cleanup);
}

/**
 * Ends the command cleanly at a signal, when the process that started it has ended, and when nobody reads its output
 * any more (`| head`), the last without a word. The same signal a second time ends it at once.
 */
export function endWhenTold(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void end(signal, 128 + constants.signals[signal]));
  if (process.channel !== undefined) {
    process.on('disconnect', () => void end('disconnect', 1));
    process.channel.unref();
  }
  process.stdout.on('error', () => void end('output', 0));
  process.stderr.on('error', () => undefined);
}

async function end(by: string, exitCode: number): Promise<void> {
  if (seen.has(by) && by !== 'output') process.exit(exitCode);
  seen.add(by);
  if (seen.size > 1) return;
  await Promise.allSettled([...cleanups].map(async (cleanup) => cleanup()));
  process.exit(process.exitCode ?? exitCode);
}
