import type { Command } from 'commander';
import { command, perform } from '../command.js';
import { COMPANY, DAY } from '../demo/company.js';
import { existingYear, fill, type Filled } from '../demo/fill.js';
import { lookAt, printNextSteps, printView } from '../demo/show.js';
import { DEFAULT_SEED, type DemoYear } from '../demo/year.js';
import { Failure, WrongUsage } from '../failure.js';
import { count, duration, type Output } from '../output/print.js';
import { Client } from '../server/client.js';
import { ForegroundServer } from '../server/foreground-server.js';
import { runningServer } from '../server/running-server.js';
import { serverEnvironment } from '../server/spawned-server.js';
import { withClient } from '../server/with-client.js';
import { dataFolder, isEmbedded, tenantName, wholeNumber, type CommonOptions } from '../settings.js';
import { keysOf, mintKey, revokeKey } from './keys.js';
import { createTenant } from './tenants.js';

interface DemoOptions extends CommonOptions {
  readonly until?: number;
  readonly seed: number;
  readonly serve?: boolean;
  readonly tenant: string;
}

const KEY_LABEL = 'cx demo';

export function demoCommand(): Command {
  return command({
    usage: 'demo',
    summary: `Fill a tenant with an invented year of a small company (${COMPANY}) and show what to look at.`,
    example: 'cx demo --serve',
  })
    .option('--until <date>', 'the day on which the year ends, YYYY-MM-DD (else today)', dayOf)
    .option(
      '--seed <number>',
      'another seed gives another year',
      wholeNumber('--seed', 0, 4_294_967_295),
      DEFAULT_SEED,
    )
    .option('--tenant <tenant>', 'the tenant to fill', tenantName, 'demo')
    .option('--serve', 'leave the server running afterwards')
    .action((options: DemoOptions) =>
      perform(options, (output) =>
        options.serve === true ? demoAndServe(options, output) : demo(options, output),
      ),
    );
}

function dayOf(text: string): number {
  const day = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day) && day <= Date.now()) return day;
  throw new WrongUsage(`--until must be a day that has begun, as YYYY-MM-DD, not "${text}"`);
}

async function demo(options: DemoOptions, output: Output): Promise<void> {
  await withClient(options, (client) => show(client, options, output), { makesStore: true });
}

/** Fills and shows; a key is made for further looking when the server stays. */
async function show(client: Client, options: DemoOptions, output: Output): Promise<void> {
  await createTenant(client, options.tenant);
  const wanted: DemoYear = { until: options.until ?? Math.floor(Date.now() / DAY) * DAY, seed: options.seed };
  const filled = await fill(client, (await existingYear(client)) ?? wanted, output);
  const until = new Date(filled.year.until).toISOString();
  printFilled(options.tenant, filled, output);
  const isPast = filled.year.until < Date.now() - 2 * DAY;
  const asOf = isPast ? until : undefined;
  const view = await lookAt(client, filled.year, asOf);
  printView(view, output);
  const key = options.serve === true ? await renewedKey(client) : undefined;
  const { url } = client.access;
  printNextSteps({ url, key, view, options: commonOptions(options), asOf }, output);
  const year = { ...filled.year, until };
  output.result({ tenant: options.tenant, ...filled, year, url, key, ...view });
}

/** An admin key of the demo's tenant; the one that an earlier demo made is revoked. */
async function renewedKey(client: Client): Promise<string> {
  const made = (await keysOf(client)).filter(
    ({ label, revokedAt }) => label === KEY_LABEL && revokedAt === null,
  );
  for (const { id } of made) await revokeKey(client, id);
  return (await mintKey(client, ['admin'], KEY_LABEL)).key;
}

function commonOptions({ tenant, data }: DemoOptions): string {
  return `--tenant ${tenant}${data === undefined ? '' : ` --data ${data}`}`;
}

function printFilled(tenant: string, filled: Filled, output: Output): void {
  const { year, events, recorded, refused, learntOverTime, seconds } = filled;
  const day = new Date(year.until).toISOString().slice(0, 10);
  const state =
    recorded === 0
      ? `holds it already (${count(events)} events)`
      : `now holds it: ${count(events)} events in ${duration(seconds)}`;
  output.line(
    `A year of ${COMPANY}, ending ${day}, invented with seed ${year.seed}. The tenant "${tenant}" ${state}.`,
  );
  if (recorded === 0) return;
  output.line(`${refused.length} wrong events were refused, as they should be:`);
  for (const { reason } of refused) output.line(`  ${reason}`);
  if (!learntOverTime)
    output.note(
      'The ledger held events already, so all of the year counts as learnt today; to ask what was known when, use an empty folder: --data ./demo-data',
    );
}

async function demoAndServe(options: DemoOptions, output: Output): Promise<void> {
  const folder = dataFolder(options);
  if (!isEmbedded(options)) throw new WrongUsage('--serve needs a data folder: the store is none');
  if ((await runningServer(folder)) !== undefined) {
    await demo(options, output);
    return output.line(`\nThe server was running before and keeps running.`);
  }
  const server = new ForegroundServer(serverEnvironment(folder, { CX_FIRST_KEY: 'off' }), output);
  try {
    const file = await server.ready(folder);
    if (file === undefined) throw new Failure('server-start', 'the server did not start; it says why above');
    const client = new Client({ url: file.url, key: file.operatorKey, tenant: options.tenant });
    await show(client, options, output);
    output.line('\nThe server runs until you press Ctrl-C.');
  } catch (error) {
    server.stop();
    throw error;
  } finally {
    await server.ended;
  }
}
