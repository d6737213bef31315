import { Argument, type Command } from 'commander';
import { VIEWS } from '#views';
import { command, perform } from '../command.js';
import { count, duration, type Output } from '../output/print.js';
import { Progress } from '../output/progress.js';
import type { Client } from '../server/client.js';
import { projectionsOf } from '../server/projections.js';
import { until } from '../server/running-server.js';
import { withClient } from '../server/with-client.js';
import type { CommonOptions } from '../settings.js';

const NAMES = VIEWS.map(({ name }) => name);

export function rebuildCommand(): Command {
  return command({
    usage: 'rebuild',
    summary:
      'Build views anew from the events (all of them unless named); readers keep the old one until it is done.',
    example: `cx rebuild ${NAMES.slice(0, 2).join(' ')}`,
  })
    .addArgument(new Argument('[views...]', 'which (else all)').choices(NAMES))
    .action((views: readonly string[], options: CommonOptions) =>
      perform(options, (output) => withClient(options, (client) => rebuild(client, views, output))),
    );
}

async function rebuild(client: Client, asked: readonly string[], output: Output): Promise<void> {
  const { counts } = await projectionsOf(client);
  const events = counts.timeline;
  const rebuilt: object[] = [];
  for (const view of asked.length === 0 ? NAMES : asked) {
    const seconds = await rebuildOne(client, view, output);
    rebuilt.push({ view, events, seconds });
    const rate = count(events / Math.max(0.001, seconds));
    output.line(`${view}: built anew from ${count(events)} events in ${duration(seconds)} (${rate}/s)`);
  }
  output.result({ rebuilt });
}

/** Starts the rebuild and waits for its end; returns the seconds that it took. */
async function rebuildOne(client: Client, view: string, output: Output): Promise<number> {
  const startedAt = performance.now();
  const progress = new Progress(output.json);
  try {
    await client.post(`/v1/projections/${encodeURIComponent(view)}/rebuild`);
    await until(async () => {
      const { rebuild: now } = (await projectionsOf(client)).items.find(({ name }) => name === view)!;
      if (now === null) return true;
      const share = now.eventsDone / Math.max(1, now.eventsTotal);
      progress.show({ share, done: now.eventsDone, what: 'events', more: view });
      return undefined;
    }, Infinity);
  } finally {
    progress.end();
  }
  return (performance.now() - startedAt) / 1000;
}
