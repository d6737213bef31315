import type { Command } from 'commander';
import type { Item } from '#api';
import { command } from '../command.js';
import { minuteOf, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { differences, JOBS, jobsOf, progressWords } from '../server/projections.js';
import { atServer } from '../server/at-server.js';
import type { CommonOptions } from '../settings.js';

export function jobsCommand(): Command {
  const jobs = command({
    usage: 'jobs',
    summary: 'Jobs that derive rows of the views anew: how far they are, and which rows differ at the end.',
    example: 'cx jobs --json',
  }).action((options: CommonOptions) => atServer(options, (client, output) => listJobs(client, output)));
  return jobs.addCommand(cancel());
}

function cancel(): Command {
  return command({
    usage: 'cancel <id>',
    summary: 'Cancel a rebuild; readers keep the rows that they had.',
    example: 'cx jobs cancel 7',
  }).action((id: string, options: CommonOptions) =>
    atServer(options, async (client, output) => {
      await client.delete(`${JOBS}/${encodeURIComponent(id)}`);
      output.result({ id: Number(id), cancelled: true });
      output.line(`job ${id} is cancelled`);
    }),
  );
}

async function listJobs(client: Client, output: Output): Promise<void> {
  const items = await jobsOf(client);
  output.result({ items });
  if (items.length === 0) return output.line('no job is running, and none has ended');
  output.line(table(['job', 'kind', 'tenant', 'status', 'started', 'progress'], items.map(jobLine)));
  for (const job of items.filter(({ differing }) => differing > 0)) {
    output.line(`\nJob ${job.id}: ${differences(job)}`);
  }
}

function jobLine(job: Item<'jobs'>): readonly (string | number)[] {
  const started = minuteOf(job.startedAt);
  return [job.id, job.kind, job.tenant ?? 'all', job.status, started, progressWords(job)];
}
