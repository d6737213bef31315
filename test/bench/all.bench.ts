// All measures by one command, each beside what bounds it, measured in the same run.
//   npm run bench -- [--quick] [--only NAME,…] [--out FOLDER]
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { appendSection } from './append-section.js';
import type { Figure, Run } from './figures.js';
import { fitSection } from './fit-section.js';
import { httpSection } from './http-section.js';
import { kafkaSection } from './kafka-section.js';
import { measuresSection } from './measures-section.js';
import { postgresSection } from './postgres-section.js';
import { readSideSection } from './read-side-section.js';
import { requestsSection } from './requests-section.js';
import { Results } from './results.js';
import { storedSection } from './stored-section.js';
import { visibleSection } from './visible-section.js';

const SECTIONS: { readonly [name: string]: (run: Run) => Promise<void> } = {
  append: appendSection,
  stored: storedSection,
  http: httpSection,
  visible: visibleSection,
  kafka: kafkaSection,
  postgres: postgresSection,
  'read-side': readSideSection,
  measures: measuresSection,
  fit: fitSection,
  requests: requestsSection,
};

const HELP = `npm run bench -- [options]
  --only NAMES   some of ${Object.keys(SECTIONS).join(', ')}, separated by commas
  --quick        one short round of each: to look at, not to quote
  --out FOLDER   where latest.json and latest.md go (default test/bench/results)
  --help         this
Each figure is the best of some rounds that take turns with the rounds of what bounds it.
All of it takes a quarter of an hour, and longer the first time: stores of 1 and 10 million events are filled once.
What was measured before and is not measured now stays in the results, with its own time.`;

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
const say = (text: string) =>
  console.error(`${String(Math.round((Date.now() - began) / 1_000)).padStart(5)} s  ${text}`);
const results = new Results(resolve(values.out));
for (const name of names) {
  const figures: Figure[] = [];
  const loads = [loadavg()[0]!];
  await SECTIONS[name]!({
    quick: values.quick,
    add: (figure) => void figures.push(figure),
    say: (text) => {
      loads.push(loadavg()[0]!);
      say(text);
    },
  });
  results.keep(name, {
    at: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    quick: values.quick,
    load: { least: Math.min(...loads), most: Math.max(...loads) },
    figures,
  });
}
console.log(results.text(names));
console.log(`\nkept in ${results.folder}`);
