import type { WorkerThread } from '#threads';

/** Ends a supervised worker as a crash would: from outside, while its owner knows nothing of it. */
export async function crash(supervised: unknown): Promise<void> {
  const { current } = supervised as { current: WorkerThread<never> };
  await (current as unknown as { worker: { terminate(): Promise<number> } }).worker.terminate();
}

/** Ends the side thread in which an embedded key store is, and what was opened with it. */
export async function crashSideThread(keys: object): Promise<void> {
  await crash((keys as { thread: { worker: unknown } }).thread.worker);
}
