import type { Command } from 'commander';
import { ruleOf, type Mapping } from '#connectors';
import { command, perform } from '../command.js';
import { WrongUsage } from '../failure.js';
import { checkLocally } from '../import/dry-run.js';
import { openSource, type ImportSource } from '../import/import-file.js';
import { registerImport } from '../import/import-record.js';
import { readMapFile } from '../import/map-file.js';
import { PUBLISHER_DEFAULTS, Publisher } from '../import/publisher.js';
import { onInterruption } from '../interruption.js';
import { RefusedFile } from '../import/refused-file.js';
import type { Origin } from '../import/tally.js';
import { printImport } from '../import/print-import.js';
import { undoImport } from '../import/undo-import.js';
import { Progress } from '../output/progress.js';
import { count, type Output } from '../output/print.js';
import { waitForViews } from '../server/caught-up.js';
import type { Client } from '../server/client.js';
import { withClient } from '../server/with-client.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface ImportOptions extends CommonOptions {
  readonly map?: string;
  readonly dryRun?: boolean;
  readonly refused?: string;
  readonly mended?: boolean;
  readonly rowsUnchanged?: boolean;
  readonly undo?: string;
}

export function importCommand(): Command {
  return command({
    usage: 'import [file]',
    summary:
      'Turn the rows of a file into touchpoints and record them. Running it twice adds nothing; after an interruption, run it again. Exits with 1 when anything was refused.',
    example: 'cx import incident_event_log.csv --map infra/mappings/incidents.yaml',
  })
    .option('--map <mapping>', 'the YAML file that says how (infra/mappings/README.md)')
    .option('--tenant <tenant>', 'whose customers they are (else: default)', tenantName)
    .option('--dry-run', 'read, map and check, but send nothing')
    .option('--refused <file>', 'write each refusal there, one JSON value a line, with the cells of its row')
    .option('--mended', 'the file is one that --refused wrote, with its cells corrected')
    .option('--rows-unchanged', 'the file was corrected since it was imported, but every row kept its number')
    .option('--undo <dataset>', 'retract every event that was imported under this data set')
    .action((file: string | undefined, options: ImportOptions) =>
      perform(options, (output) => importOrUndo(file, options, output)),
    );
}

async function importOrUndo(file: string | undefined, options: ImportOptions, output: Output): Promise<void> {
  const { undo, map } = options;
  if (undo !== undefined) {
    if (file !== undefined)
      throw new WrongUsage('--undo takes no file: it retracts what was imported under the name');
    return withClient(options, (client) => undoImport(client, undo, output));
  }
  if (file === undefined || map === undefined)
    throw new WrongUsage('name a file and its mapping: cx import FILE --map MAPPING');
  return importFile(file, { ...options, map }, output);
}

async function importFile(
  file: string,
  options: ImportOptions & { readonly map: string },
  output: Output,
): Promise<void> {
  const mapping = await readMapFile(options.map);
  const refusedFile = options.refused === undefined ? undefined : new RefusedFile(options.refused);
  await refusedFile?.ready();
  try {
    const source = await openSource({ file, mapping, mended: options.mended === true, refusedFile });
    if (options.dryRun === true) await checkLocally(source, output);
    else
      await withClient(options, async (client) => {
        await registerImport(client, { file, mapping, ...options });
        await record(client, { mapping, source, output });
      });
    if (source.tally.hasRefusals) process.exitCode = 1;
  } finally {
    await refusedFile?.close();
  }
}

const INTERRUPTED =
  'cx: interrupted: what was recorded until now stays; run the same command again to add the rest';

interface Import {
  readonly mapping: Mapping;
  readonly source: ImportSource;
  readonly output: Output;
}

async function record(client: Client, { mapping, source, output }: Import): Promise<void> {
  const startedAt = performance.now();
  const progress = new Progress(output.json);
  const { tally, read } = source;
  const publisher = new Publisher<Origin>(client, (origin, answer) => tally.answered(origin, answer), {
    ...PUBLISHER_DEFAULTS,
    allOrNone: mapping.refuse === 'row',
  });
  const forget = onInterruption(() => output.note(INTERRUPTED));
  try {
    await read(
      (events, row) =>
        publisher.add(
          events.map((event) => ({ json: JSON.stringify(event), origin: { row, rule: ruleOf(event) } })),
        ),
      ({ share, rows, events }) =>
        progress.show({ share, done: events, what: 'events', more: `${count(rows)} rows` }),
    );
    await publisher.finish();
  } finally {
    forget();
    progress.end();
  }
  const sentSeconds = (performance.now() - startedAt) / 1000;
  await waitForViews(client, tally.summary.position, output);
  printImport(tally.summary, { sentSeconds, seconds: (performance.now() - startedAt) / 1000 }, output);
}
