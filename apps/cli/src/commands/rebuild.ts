import { Argument, type Command } from 'commander';
import type { Answer, Item } from '#api';
import { VIEWS } from '#views';
import { command } from '../command.js';
import { Failure } from '../failure.js';
import { count, duration, type Output } from '../output/print.js';
import { withProgress } from '../output/progress.js';
import type { Client } from '../server/client.js';
import { differences, jobsOf } from '../server/projections.js';
import { until } from '../server/running-server.js';
import { atServer } from '../server/at-server.js';
import type { CommonOptions } from '../settings.js';

interface RebuildOptions extends CommonOptions {
  readonly dryRun?: true;
}

const NAMES = VIEWS.map(({ name }) => name);

export function rebuildCommand(): Command {
  return command({
    usage: 'rebuild',
    summary:
      'Derive the tables of the views anew from the events, all in one job; readers keep the old rows until it is done.',
    example: `cx rebuild ${NAMES[0]}`,
  })
    .addArgument(new Argument('[views...]', 'for which (else all)').choices(NAMES))
    .option('--dry-run', 'only say how much there is to do, and how long it takes')
    .action((views: readonly string[], options: RebuildOptions) =>
      atServer(options, (client, output) => rebuild(client, views, options, output)),
    );
}

async function rebuild(
  client: Client,
  asked: readonly string[],
  { dryRun }: RebuildOptions,
  output: Output,
): Promise<void> {
  const views = asked.length === 0 ? NAMES : asked;
  const path = `/v1/projections/${encodeURIComponent(views[0]!)}/rebuild`;
  const begun = await client.post<Answer<'rebuild'>>(path, undefined, { dryRun });
  if (dryRun) return printEstimate(begun, output);
  const startedAt = performance.now();
  const job = await endOf(client, begun.job!, output);
  const seconds = (performance.now() - startedAt) / 1000;
  const { id, eventsDone, status } = job;
  if (status !== 'completed') throw new Failure('rebuild-ended', `the job ${id} was ${status}`, { job });
  output.result({ views, seconds, job });
  const rate = count(eventsDone / Math.max(0.001, seconds));
  output.line(`${views.join(', ')}: ${count(eventsDone)} events in ${duration(seconds)} (${rate}/s)`);
  output.line(differences(job));
}

/** Waits until the job has ended. */
async function endOf(client: Client, id: number, output: Output): Promise<Item<'jobs'>> {
  const ended = await withProgress(output, (progress) =>
    until(async () => {
      const job = (await jobsOf(client)).find((one) => one.id === id);
      if (job === undefined)
        throw new Failure('rebuild-ended', `the server was started again, and the job ${id} has ended since`);
      if (job.status !== 'running') return job;
      const share = job.eventsDone / Math.max(1, job.eventsTotal);
      progress.show({ share, done: job.eventsDone, what: 'events', more: `job ${id}` });
      return undefined;
    }, Infinity),
  );
  return ended!;
}

function printEstimate(
  { customers = 0, facts = 0, seconds, ...answer }: Answer<'rebuild'>,
  output: Output,
): void {
  output.result({ ...answer, customers, facts, seconds });
  const time =
    typeof seconds === 'number'
      ? `about ${duration(seconds)}`
      : 'the time is not known before the first rebuild';
  output.line(`nothing is done: ${count(facts)} events of ${count(customers)} customers; ${time}`);
}
