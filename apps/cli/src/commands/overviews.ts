import type { Command } from 'commander';
import {
  DIMENSION_NAMES,
  DIMENSIONS,
  MEASURES,
  type Overview,
  type OverviewAnswer,
  OVERVIEWS,
} from '#measures';
import { ALWAYS_OPEN } from '#scoring';
import { readingCommand } from '../command.js';
import { count, duration, minuteOf, type Output, table } from '../output/print.js';
import { atServer, parametersIn } from '../server/at-server.js';
import type { Client } from '../server/client.js';
import { wholeNumber, type CommonOptions } from '../settings.js';
import { overPeriod } from './measures.js';

interface OverviewOptions extends CommonOptions {
  readonly show: number;
  readonly purpose?: string;
  readonly [parameter: string]: unknown;
}

/** At most this many items are shown unless more are asked for. */
const SHOWN = 6;

/** `cx agents`, `cx teams`, …: several measures side by side, one command for each overview. */
export function overviewCommands(): readonly Command[] {
  return OVERVIEWS.map((overview) => {
    const { name, summary, measures } = overview;
    const made = overPeriod(
      readingCommand({
        usage: name,
        summary: `${summary}.`,
        example: `cx ${name} --from 2026-01-01 --to 2026-02-01`,
      }),
    ).option(
      '--show <number>',
      'at most this many, those with the most cases first',
      wholeNumber('--show', 1, 1_000),
      SHOWN,
    );
    for (const dimension of DIMENSION_NAMES)
      if (MEASURES.some((one) => measures.includes(one.name) && dimension in one.dimensions))
        made.option(`--${dimension} <values>`, `only of these: ${DIMENSIONS[dimension]}`);
    return made.action((options: OverviewOptions) =>
      atServer(options, (client, output) => show(client, overview, options, output)),
    );
  });
}

async function show(client: Client, overview: Overview, options: OverviewOptions, output: Output) {
  const { show: wanted, ...asked } = options;
  const found = await client.get<OverviewAnswer>(`/v1/${overview.name}`, parametersIn(asked));
  output.result(found);
  const shown = found.items.slice(0, wanted);
  output.line(`${overview.name}, ${found.from} to ${found.to}, ${found.tz}, as of ${minuteOf(found.asOf)}`);
  output.line(overview.by.length > 1 ? pairs(overview, shown) : sideBySide(overview, shown));
  for (const item of shown) if (item.openingHours !== undefined) output.line(hoursText(item));
  if (found.items.length > shown.length)
    output.line(`${count(found.items.length - shown.length)} more: --show ${found.items.length}`);
}

type Item = OverviewAnswer['items'][number];

/** One line a measure, one column an item. */
function sideBySide({ by, measures }: Overview, items: readonly Item[]): string {
  const headings = items.map((item) => `${nameOf(item, by)}${item.kind === 'bot' ? ' (bot)' : ''}`);
  const rows = measures.map((name) => {
    return [name, ...items.map(({ measures: figures }) => cellOf(name, figures[name]))];
  });
  return table(['measure', ...(by.length === 0 ? ['all'] : headings)], rows);
}

/** One line an item, one column a measure. */
function pairs({ by, measures }: Overview, items: readonly Item[]): string {
  const rows = items.map((item) => [
    ...by.map((dimension) => item[dimension] ?? '–'),
    ...measures.map((name) => cellOf(name, item.measures[name])),
  ]);
  return table([...by, ...measures], rows);
}

function nameOf(item: Item, by: Overview['by']): string {
  return by.map((dimension) => item[dimension] ?? '–').join(' ');
}

function cellOf(name: string, figure: Item['measures'][string] | undefined): string {
  if (figure === undefined) return '';
  const { value, n, p90, tooFew } = figure;
  if (tooFew) return `too few (${n})`;
  const { unit } = MEASURES.find((one) => one.name === name)!.kind;
  const text = (some: number) =>
    unit === 'share' ? `${round(some * 100)}%` : unit === 'seconds' ? duration(some) : String(round(some));
  if (value === null) return '–';
  return typeof p90 === 'number' ? `${text(value)} (90 %: ${text(p90)})` : text(value);
}

const round = (value: number): number => Math.round(value * 10) / 10;

function hoursText({ queue, openingHours }: Item): string {
  const { version, zone, weekly, holidays, openSeconds } = openingHours!;
  const days = weekly.map(({ day, from, to }) => `${day.slice(0, 3)} ${from}–${to}`).join(', ');
  const closed = holidays.length === 0 ? '' : `; closed on ${holidays.join(', ')}`;
  const hours = version === ALWAYS_OPEN.version ? 'round the clock' : `${days} ${zone}${closed}`;
  return `${queue ?? 'the company'}: open ${count(openSeconds / 3_600)} h of the period (${hours})`;
}
