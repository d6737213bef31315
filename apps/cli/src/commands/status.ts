import type { Command } from 'commander';
import { command } from '../command.js';
import { count, duration, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { progressWords, projectionsOf } from '../server/projections.js';
import { atServer } from '../server/at-server.js';
import type { CommonOptions } from '../settings.js';

export function statusCommand(): Command {
  return command({
    usage: 'status',
    summary: 'Where the server is, and how far each view has come.',
    example: 'cx status --json',
  }).action((options: CommonOptions) => atServer(options, (client, output) => status(client, output)));
}

async function status(client: Client, output: Output): Promise<void> {
  const { items, phase, head, customerViews, complete, parked, mended, failure, partitions } =
    await projectionsOf(client);
  output.result({
    url: client.access.url,
    phase,
    head,
    customerViews,
    complete,
    parked,
    mended,
    failure,
    ...(partitions && { partitions }),
    projections: items,
  });
  output.line(`server  ${client.access.url}`);
  output.line(`log     ends at position ${head}; the views are ${phase}`);
  const rows = items.map((view) => [
    view.name,
    view.position,
    count(view.eventsBehind),
    duration(view.secondsBehind),
    view.rebuild === null ? '–' : progressWords(view.rebuild),
  ]);
  output.line(table(['view', 'position', 'events behind', 'time behind', 'rebuild'], rows));
  if (customerViews.position !== items[0]?.position)
    output.line(
      `a customer's own views are at position ${customerViews.position}, ${duration(customerViews.secondsBehind)} behind; lists and measures follow`,
    );
  if (partitions !== undefined)
    output.line(
      table(
        ['partition', 'projected by', 'position', 'next offset', 'records behind'],
        partitions.map((one) => [
          String(one.partition),
          one.owner ?? 'nobody',
          one.position,
          count(one.nextOffset),
          one.recordsBehind === null ? '–' : count(one.recordsBehind),
        ]),
      ),
    );
  if (parked > 0) output.line(`${count(parked)} events or views could not be projected`);
  if (mended > 0)
    output.line(
      `customers found damaged on the disk and derived again from the log: ${count(mended)} (check the disk)`,
    );
  if (!complete)
    output.line('not every event up to the position is accounted for: rebuild the views, and report this');
}
