import type { ObservedServer } from './observed-server.js';

/** What of `GET /v1/projections` matters here. */
interface Standing {
  readonly head: string;
  readonly items: readonly { readonly position: string; readonly eventsBehind: number }[];
}

/** How far the views of a server are. */
async function standingOf({ url, operatorKey }: ObservedServer): Promise<Standing> {
  const headers = { authorization: `Bearer ${operatorKey}` };
  const answer = await fetch(`${url}/v1/projections`, { headers });
  return (await answer.json()) as Standing;
}

/** The last position of the server's log. The views' standing would not do: a thread that folds says it late. */
export async function headOf({ url, key }: ObservedServer): Promise<number> {
  const beyond = `${url}/v1/customers/nobody?after=${Number.MAX_SAFE_INTEGER}`;
  const answer = await fetch(beyond, { headers: { authorization: `Bearer ${key}` } });
  return Number(/the log ends at (\d+)/.exec(await answer.text())![1]);
}

/** Waits until the views of the server hold everything, so that the next measure begins with nothing left over. */
export async function untilProjected(server: ObservedServer, deadlineMillis = 300_000): Promise<void> {
  for (const end = Date.now() + deadlineMillis; ;) {
    const { items } = await standingOf(server);
    if (items.every(({ eventsBehind }) => eventsBehind === 0)) return;
    if (Date.now() > end) throw new Error('the views do not catch up');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
