import type { Figure } from './figures.js';

/** What was not measured is not a number; from a file it comes back as null. */
const number = (value: number | null | undefined): string => {
  if (value === undefined || value === null || Number.isNaN(value)) return '';
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
};

const COLUMNS: readonly (readonly [title: string, cell: (figure: Figure) => string])[] = [
  ['bench', ({ bench }) => bench],
  ['what', ({ what }) => what],
  ['figure', ({ value, unit }) => `${number(value)} ${unit}`],
  ['p50 ms', ({ p50 }) => number(p50)],
  ['p99 ms', ({ p99 }) => number(p99)],
  [
    'limit of the same run',
    ({ limit }) => (limit === undefined ? '' : `${number(limit.value)} ${limit.what}`),
  ],
  ['of it', ({ value, limit }) => (limit === undefined ? '' : number(value / limit.value))],
  ['goal', ({ goal }) => (goal === undefined ? '' : `${goal.text}: ${goal.met ? 'met' : 'MISSED'}`)],
  ['µs/event main', ({ cost }) => number(cost?.main)],
  ['µs/event all', ({ cost }) => number(cost?.all)],
  ['loop p99 ms', ({ observed }) => number(observed?.loopDelay.p99)],
  ['loop max ms', ({ observed }) => number(observed?.loopDelay.max)],
  ['RSS MiB', ({ observed }) => (observed === undefined ? '' : observed.rssMiB.toFixed(0))],
  ['note', ({ note = '' }) => note],
];

/** The figures as a table that reads the same in a terminal and in Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const shown = COLUMNS.filter(([, cell]) => figures.some((figure) => cell(figure) !== ''));
  const rows = [
    shown.map(([title]) => title),
    ...figures.map((figure) => shown.map(([, cell]) => cell(figure))),
  ];
  const widths = shown.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}
