import type { Command } from 'commander';
import { ruleOf, type Mapping } from '#connectors';
import { command, perform } from '../command.js';
import { checkLocally } from '../import/dry-run.js';
import { readTouchpoints } from '../import/import-file.js';
import { readMapFile } from '../import/map-file.js';
import { Publisher } from '../import/publisher.js';
import { Tally, type ImportSummary, type Origin } from '../import/tally.js';
import { Progress } from '../output/progress.js';
import { count, duration, type Output } from '../output/print.js';
import { waitForViews } from '../server/caught-up.js';
import type { Client } from '../server/client.js';
import { withClient } from '../server/with-client.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface ImportOptions extends CommonOptions {
  readonly map: string;
  readonly tenant?: string;
  readonly dryRun?: boolean;
  readonly refused?: string;
}

const SHOWN = 10;

export function importCommand(): Command {
  return command({
    usage: 'import <file>',
    summary:
      'Turn the rows of a file into touchpoints and record them. Running it twice adds nothing; after an interruption, run it again. Exits with 1 when rows were refused.',
    example: 'cx import incident_event_log.csv --map infra/mappings/incidents.yaml',
  })
    .requiredOption('--map <mapping>', 'the YAML file that says how (infra/mappings/README.md)')
    .option('--tenant <tenant>', 'whose customers they are (else: default)', tenantName)
    .option('--dry-run', 'read, map and check, but send nothing')
    .option('--refused <file>', 'write every refused row there, one JSON value a line')
    .action((file: string, options: ImportOptions) =>
      perform(options, (output) => importFile(file, options, output)),
    );
}

async function importFile(file: string, options: ImportOptions, output: Output): Promise<void> {
  const mapping = await readMapFile(options.map);
  const tally = new Tally(options.refused);
  await tally.ready();
  try {
    if (options.dryRun === true) await checkLocally(file, mapping, tally, output);
    else await withClient(options, (client) => record(client, { file, mapping, tally, output }));
  } finally {
    await tally.close();
  }
  if (tally.summary.refused > 0) process.exitCode = 1;
}

interface Import {
  readonly file: string;
  readonly mapping: Mapping;
  readonly tally: Tally;
  readonly output: Output;
}

async function record(client: Client, { file, mapping, tally, output }: Import): Promise<void> {
  const startedAt = performance.now();
  const progress = new Progress(output.json);
  const publisher = new Publisher<Origin>(client, (origin, answer) => tally.answered(origin, answer));
  try {
    await readTouchpoints(file, mapping, {
      tally,
      take: (event, row) =>
        publisher.add({ json: JSON.stringify(event), origin: { row, rule: ruleOf(event) } }),
      stage: ({ share, rows, events }) =>
        progress.show({ share, done: events, what: 'events', more: `${count(rows)} rows` }),
    });
    await publisher.finish();
  } finally {
    progress.end();
  }
  const sentSeconds = (performance.now() - startedAt) / 1000;
  await waitForViews(client, tally.summary.position, output);
  tell(tally.summary, { sentSeconds, seconds: (performance.now() - startedAt) / 1000 }, output);
}

function tell(summary: ImportSummary, time: { sentSeconds: number; seconds: number }, output: Output): void {
  const { rows, events, recorded, duplicate, refused, refusals } = summary;
  const eventsPerSecond = Math.round(events / Math.max(0.001, time.sentSeconds));
  output.result({ ...summary, ...time, eventsPerSecond });
  output.line(
    `${count(rows)} rows gave ${count(events)} events in ${duration(time.sentSeconds)} (${count(eventsPerSecond)}/s); the views followed after ${duration(time.seconds - time.sentSeconds)}.`,
  );
  output.line(`  recorded   ${count(recorded)}`);
  output.line(
    `  duplicate  ${count(duplicate)}${duplicate > 0 ? ' (recorded before; nothing was added)' : ''}`,
  );
  output.line(`  refused    ${count(refused)}`);
  for (const { row, rule, reason } of refusals.slice(0, SHOWN)) {
    output.line(`    row ${row}${rule === undefined ? '' : `, ${rule}`}: ${reason}`);
  }
  if (refused > SHOWN) output.line(`    … all of them with --refused FILE`);
}
