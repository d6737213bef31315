import { Argument, type Command, Option } from 'commander';
import {
  BUCKETS,
  type Catalogue,
  DIMENSION_NAMES,
  DIMENSIONS,
  type MeasureAnswer,
  MEASURES,
} from '#measures';
import { command } from '../command.js';
import { count, type Output, table } from '../output/print.js';
import type { Client } from '../server/client.js';
import { atServer, parametersIn } from '../server/at-server.js';
import { tenantName, type CommonOptions } from '../settings.js';

/** `cx measures`: the catalogue. */
export function measuresCommand(): Command {
  return command({
    usage: 'measures',
    summary: 'The catalogue: every measure with its meaning and formula.',
    example: 'cx measures',
  })
    .option('--tenant <tenant>', 'of which tenant (else: default)', tenantName)
    .action((options: CommonOptions) => atServer(options, (client, output) => catalogue(client, output)));
}

async function catalogue(client: Client, output: Output): Promise<void> {
  const found = await client.get<Catalogue>('/v1/measures');
  output.result(found);
  const rows = found.items.map(({ name, formula, dimensions }) => [name, formula, dimensions.join(', ')]);
  output.line(table(['measure', 'formula', 'by'], rows));
}

interface MeasureOptions extends CommonOptions {
  readonly csv?: boolean;
  readonly [parameter: string]: unknown;
}

/** Options of commands that show figures of a period. */
export function overPeriod(made: Command): Command {
  return made
    .option('--tenant <tenant>', 'whose customers (else: default)', tenantName)
    .option('--from <time>', 'begin of the period, a time or a date (else 30 days before its end)')
    .option('--to <time>', 'end of the period, exclusive (else the end of today)')
    .option('--tz <zone>', 'IANA time zone of dates and buckets (else UTC)')
    .option('--hours <hours>', 'business, or hours of the day like 9-17')
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there');
}

/** `cx measure NAME`: one measure over time. */
export function measureCommand(): Command {
  const made = overPeriod(
    command({
      usage: 'measure',
      summary: 'One measure over time, and by dimensions.',
      example: `cx measure ${MEASURES[0]!.name} --from 2026-01-01 --to 2026-02-01 --bucket week --by ${Object.keys(MEASURES[0]!.dimensions)[0]!}`,
    }),
  )
    .addArgument(
      new Argument('<measure>', 'which measure (cx measures lists them)').choices(
        MEASURES.map(({ name }) => name),
      ),
    )
    .addOption(new Option('--bucket <bucket>', 'how time is divided').choices(BUCKETS))
    .option('--by <dimensions>', 'dimensions to group by, with commas between')
    .option('--compare <period>', 'previous, year, or FROM..TO')
    .option('--within <seconds>', 'of measures that have such a limit');
  for (const name of DIMENSION_NAMES) made.option(`--${name} <values>`, `only of these: ${DIMENSIONS[name]}`);
  return made.action((name: string, options: MeasureOptions) =>
    atServer(options, (client, output) => measure(client, name, options, output)),
  );
}

async function measure(client: Client, name: string, options: MeasureOptions, output: Output): Promise<void> {
  const found = await client.get<MeasureAnswer>(`/v1/measures/${name}`, parametersIn(options));
  output.result(found);
  const { total, items, by, unit } = found;
  output.line(`${name} (${unit}), ${found.from} to ${found.to}, ${found.tz}: ${figureText(total)}`);
  for (const change of found.policyChanges)
    output.line(`from ${change.effectiveFrom} on: ${change.kind} ${change.version}`);
  const rows = items.map((item) => [
    item.from,
    ...by.map((dimension) => (item.by as { readonly [name: string]: string | null })[dimension] ?? '–'),
    valueText(item),
    count(item.n),
    item.interval === null ? '' : `${item.interval.low} – ${item.interval.high}`,
    ...(found.compared === undefined ? [] : [item.before ? valueText(item.before) : '–']),
  ]);
  const headings = ['from', ...by, 'value', 'n', '95 %', ...(found.compared === undefined ? [] : ['before'])];
  output.line(table(headings, rows));
}

type Figure = Pick<MeasureAnswer['total'], 'value' | 'n' | 'tooFew' | 'p90' | 'currency'>;

function valueText({ value, tooFew, p90, currency }: Figure): string {
  if (tooFew) return 'too few';
  if (typeof currency === 'string') return `${value} ${currency}`;
  if (currency === null) return 'several currencies';
  if (value === null) return '–';
  return typeof p90 === 'number' ? `${value} (90 %: ${p90})` : String(value);
}

function figureText(figure: Figure): string {
  return `${valueText(figure)}, n = ${count(figure.n)}`;
}
