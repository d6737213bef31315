import type { Random } from './random.js';

/** In which way the traced process sends its requests. */
export interface Schedule {
  /** How many requests are under way at once, at most. */
  readonly atOnce: number;
  /** Before these requests everything is closed and opened again. */
  readonly reopenBefore: ReadonlySet<number>;
}

export function scheduleOf(requests: number, random: Random): Schedule {
  const reopenings = Math.max(1, Math.floor(requests / 40));
  const reopenBefore = Array.from({ length: reopenings }, () => random.between(1, requests - 1));
  return { atOnce: 8, reopenBefore: new Set(reopenBefore) };
}

/** Sends the requests, from one at a time to all at once, so that commits of one request and of many take turns. */
export async function keepTo(
  { atOnce, reopenBefore }: Schedule,
  requests: number,
  { send, reopen }: { send(request: number): Promise<void>; reopen(): Promise<void> },
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (let request = 0; request < requests; request++) {
    if (reopenBefore.has(request)) {
      await Promise.all(underWay);
      await reopen();
    }
    const sent = send(request).finally(() => underWay.delete(sent));
    underWay.add(sent);
    const most = 1 + (Math.floor(request / 40) % atOnce);
    while (underWay.size >= most) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}
