// All measures by one command, each beside what bounds it, measured in the same run.
//   npm run bench -- [--quick] [--only NAME,…] [--out FOLDER]
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { appendSection } from './append-section.js';
import type { Figure, Run } from './figures.js';
import { httpSection } from './http-section.js';
import { kafkaSection } from './kafka-section.js';
import { machine } from './machine.js';
import { tableOf } from './report.js';
import { storedSection } from './stored-section.js';
import { visibleSection } from './visible-section.js';

const SECTIONS: { readonly [name: string]: (run: Run) => Promise<void> } = {
  append: appendSection,
  stored: storedSection,
  http: httpSection,
  visible: visibleSection,
  kafka: kafkaSection,
};

const HELP = `npm run bench -- [options]
  --only NAMES   some of ${Object.keys(SECTIONS).join(', ')}, separated by commas
  --quick        one short round of each: to look at, not to quote
  --out FOLDER   where latest.json and latest.md go (default test/bench/results)
  --help         this
Each figure is the best of some rounds that take turns with the rounds of what bounds it.
All of it takes about ten minutes, and longer the first time: stores of 1 and 10 million events are filled once.`;

const ROOT = join(import.meta.dirname, '../../..');

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: join(ROOT, 'test/bench/results') },
    help: { type: 'boolean', default: false },
  },
});
const names = values.only?.split(',') ?? Object.keys(SECTIONS);
const unknown = names.filter((name) => SECTIONS[name] === undefined);

if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`there is no bench ${unknown.join(', ')}\n`);
  (unknown.length > 0 ? console.error : console.log)(HELP);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const began = Date.now();
const figures: Figure[] = [];
const loads: number[] = [];
const run: Run = {
  quick: values.quick,
  add: (figure) => void figures.push(figure),
  say: (text) => {
    loads.push(loadavg()[0]!);
    console.error(`${String(Math.round((Date.now() - began) / 1_000)).padStart(5)} s  ${text}`);
  },
};
for (const name of names) await SECTIONS[name]!(run);

const about = {
  ...machine(),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
  command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim(),
  seconds: Math.round((Date.now() - began) / 1_000),
  // More than its own threads could make means that others used the processors meanwhile.
  load: { least: Math.min(...loads), most: Math.max(...loads) },
};
const lines = Object.entries(about).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
console.log(`${lines.join('\n')}\n\n${tableOf(figures)}`);
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'latest.json'), `${JSON.stringify({ about, figures }, null, 2)}\n`);
const list = lines.map((line) => `- ${line}`).join('\n');
writeFileSync(join(out, 'latest.md'), `# Measured\n\n${list}\n\n${tableOf(figures)}\n`);
console.log(`\nwritten to ${out}`);
