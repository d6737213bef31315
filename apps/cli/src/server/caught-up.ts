import type { Output } from '../output/print.js';
import { until } from './running-server.js';
import type { Client } from './client.js';
import { RefusedByServer } from './problem-answer.js';

const PATIENCE_MILLIS = 600_000;

/** Waits until views, lists and measures show everything up to the position (an answer to a publication). */
export async function waitForViews(
  client: Client,
  position: string | undefined,
  output: Output,
): Promise<void> {
  if (position === undefined) return;
  const reached = await until(() => isVisible(client, position), PATIENCE_MILLIS);
  if (reached === undefined)
    output.note('the views have not caught up yet; cx status shows how far they are');
}

async function isVisible(client: Client, position: string): Promise<true | undefined> {
  try {
    // Lists come last: whatever reads derived tables waits for all of them. This one names no customer.
    await client.get('/v1/issues/summary', { after: position });
    return true;
  } catch (error) {
    if (error instanceof RefusedByServer && error.status === 503) return undefined;
    // A server that only takes events in cannot say.
    if (error instanceof RefusedByServer && error.status === 421) return true;
    throw error;
  }
}
