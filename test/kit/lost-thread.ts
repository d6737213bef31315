import type { WorkerThread } from '#threads';

/** Ends a supervised worker as a crash would: from outside, while its owner knows nothing of it. */
export async function crash(supervised: unknown): Promise<void> {
  const { current } = supervised as { current: WorkerThread<never> };
  await (current as unknown as { worker: { terminate(): Promise<number> } }).worker.terminate();
}

/** Ends the side thread in which a store of keys, access or operations is. */
export async function crashSideThread(store: object): Promise<void> {
  const { thread, calls = thread } = store as { thread?: unknown; calls?: unknown };
  await crash((calls as { thread: { worker: unknown } }).thread.worker);
}
