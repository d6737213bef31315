import type { Command } from 'commander';
import { command, perform } from '../command.js';
import { count, duration, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { projectionsOf, type ProjectionStatus } from '../server/projections.js';
import { withClient } from '../server/with-client.js';
import type { CommonOptions } from '../settings.js';

export function statusCommand(): Command {
  return command({
    usage: 'status',
    summary: 'Where the server is, and how far each view has come.',
    example: 'cx status --json',
  }).action((options: CommonOptions) =>
    perform(options, (output) => withClient(options, (client) => status(client, output))),
  );
}

async function status(client: Client, output: Output): Promise<void> {
  const projections = await projectionsOf(client);
  output.result({ url: client.access.url, projections });
  output.line(`server  ${client.access.url}`);
  const rows = projections.map((view) => [
    view.name,
    view.position ?? '–',
    count(view.eventsBehind ?? 0),
    duration(view.secondsBehind ?? 0),
    rebuildWords(view),
  ]);
  output.line(table(['view', 'position', 'events behind', 'time behind', 'rebuild'], rows));
}

function rebuildWords({ rebuild }: ProjectionStatus): string {
  if (rebuild === null || rebuild === undefined) return '–';
  const left = rebuild.secondsLeft === null ? '' : `, ${duration(rebuild.secondsLeft)} left`;
  return `${count(rebuild.customersDone)} of ${count(rebuild.customersTotal)} customers, ${count(rebuild.eventsPerSecond)} events/s${left}`;
}
