import { Argument, type Command, Option } from 'commander';
import type { Answer } from '#api';
import {
  BUCKETS,
  INSIGHTS,
  type leadingInsight,
  type repurchaseInsight,
  type standingInsight,
} from '#measures';
import type { TypeOf } from '#views';
import { readingCommand } from '../command.js';
import { count, type Output, table } from '../output/print.js';
import { atServer, parametersIn } from '../server/at-server.js';
import type { Client } from '../server/client.js';
import { tenantName, type CommonOptions } from '../settings.js';

type Leading = TypeOf<typeof leadingInsight.schema>;
type Repurchase = TypeOf<typeof repurchaseInsight.schema>;
type Standing = TypeOf<typeof standingInsight.schema>;

/** `cx insights [name]`: the analyses, or one of them. */
export function insightsCommand(): Command {
  return readingCommand({
    usage: 'insights',
    summary:
      'Analyses of all customers: which measure moves ahead of which, who buys again, who prefers a rival.',
    example: 'cx insights leading --lagging nps --bucket month --from 2024-01-01',
  })
    .addArgument(
      new Argument('[name]', 'which analysis (else all are described)').choices(
        INSIGHTS.map(({ name }) => name),
      ),
    )
    .option('--tenant <tenant>', 'whose customers (else: default)', tenantName)
    .option('--from <time>', 'begin of the period, a time or a date')
    .option('--to <time>', 'end of the period, exclusive (else the end of today)')
    .option('--tz <zone>', 'IANA time zone of dates and buckets (else UTC)')
    .addOption(new Option('--bucket <bucket>', 'leading: how time is divided (else week)').choices(BUCKETS))
    .option('--lags <buckets>', 'leading: by how many buckets a measure may be ahead (else 8)')
    .option('--leading <measures>', 'leading: only these, with commas between')
    .option('--lagging <measures>', 'leading: only these, with commas between')
    .option('--of <series>', 'leading: levels, or changes from bucket to bucket (else levels)')
    .option('--survey <survey>', 'repurchase: csat, nps or ces (else csat)')
    .option('--days <days>', 'repurchase: within how many days (else 91)')
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((name: string | undefined, options: CommonOptions) =>
      atServer(options, (client, output) => insight(client, name, options, output)),
    );
}

async function insight(
  client: Client,
  name: string | undefined,
  options: CommonOptions,
  output: Output,
): Promise<void> {
  if (name === undefined) {
    const found = await client.get<Answer<'insights'>>('/v1/insights');
    output.result(found);
    for (const one of found.items)
      output.line(`${one.name}: ${one.summary}\n  ${one.method}\n  Caution: ${one.caution}\n`);
    return;
  }
  const found = await client.get<Leading | Repurchase | Standing>(
    `/v1/insights/${name}`,
    parametersIn(options),
  );
  output.result(found);
  if ('pairsTooFew' in found) printLeading(found, output);
  else if ('knee' in found) printRepurchase(found, output);
  else printStanding(found, output);
}

function printLeading(found: Leading, output: Output): void {
  const { bucket, comparisons, pairsTooFew, tooFew, items } = found;
  output.line(
    `${count(comparisons)} comparisons by ${bucket}, ${found.from} to ${found.to}; of ${count(pairsTooFew)} pairs there is too little`,
  );
  if (tooFew) return output.line('too few: ask for a longer period, or shorter buckets');
  const rows = items.map((one) => [
    ...[one.leading, one.lagging, String(one.lag), String(one.rho), range(one.interval)],
    ...[count(one.n), one.independent.toFixed(1), one.isClear ? 'clear' : 'may be chance'],
  ]);
  output.line(table(['ahead', 'behind', `${bucket}s`, 'rho', '95 %', 'n', 'independent', 'evidence'], rows));
}

function printRepurchase(
  { survey, days, customers, open, tooFew, items, knee }: Repurchase,
  output: Output,
): void {
  output.line(
    `${count(customers)} customers by ${survey}, who bought again within ${days} days; ${count(open)} answers are younger`,
  );
  const rows = items.map((one) => [
    ...[String(one.level), count(one.n), String(one.share), range(one.interval)],
    one.fitted === null ? 'too few' : String(one.fitted),
  ]);
  output.line(table(['level', 'customers', 'bought again', '95 %', 'curve'], rows));
  if (tooFew) return output.line('too few customers for a curve');
  if (knee === null) return output.line('no knee: the curve does not flatten');
  const evidence = knee.isClear ? 'clear' : 'may be chance';
  output.line(
    `knee at ${knee.level} (${evidence}): +${knee.riseBefore} a level before, +${knee.riseAfter} after`,
  );
}

function printStanding({ items, ...all }: Standing, output: Output): void {
  output.line(`${count(all.n)} customers ranked the company, ${count(all.first)} of them first`);
  const rows = [...items.map((item) => ({ ...item, of: String(item.among) })), { ...all, of: 'all' }].map(
    (one) => [
      ...[one.of, count(one.n), count(one.first)],
      ...(one.tooFew
        ? ['too few', '', '']
        : [shareText(one.firstShare), shareText(one.wallet), shareText(one.satisfiedElsewhere)]),
    ],
  );
  const headings = [
    'companies',
    'customers',
    'first',
    'share first',
    'of spending',
    'satisfied, yet another first',
  ];
  output.line(table(headings, rows));
}

function shareText(of: Standing['wallet']): string {
  if (of === null) return '–';
  return of.interval === null ? String(of.share) : `${of.share} (${range(of.interval)})`;
}

function range({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${low} – ${high}`;
}
