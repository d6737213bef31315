// Question: what does LMDB hold after a power cut? `node power-cut.mjs [cuts] [seed]`; needs strace and a build in dist/.
// A process of its own commits entries and says after each commit that it is done; from its traced writes and syncs the file is
// made as a cut may leave it, opened in another process (a torn page may end it) and compared with what was said.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const COMMITS = 60;
const ENTRIES = 500;
const crash = (name) => import(pathToFileURL(join(ROOT, 'dist/test/crash', `${name}.js`)).href);

async function open(folder, isSynced) {
  const lmdb = await import('lmdb');
  const options = { noSync: !isSynced, overlappingSync: false, mapSize: 2 ** 30 };
  return lmdb.open({
    path: join(folder, 'index.mdb'),
    keyEncoding: 'binary',
    encoding: 'binary',
    ...options,
  });
}

/** Keys in an order that looks random, so that each commit changes pages all over the tree. */
function entry(commit, i) {
  const key = Buffer.alloc(16);
  for (let word = 0, state = commit * ENTRIES + i + 1; word < 4; word++) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    key.writeUInt32BE(state, 4 * word);
  }
  const value = Buffer.alloc(8);
  value.writeDoubleLE(commit * ENTRIES + i);
  return [key, value];
}

const entriesOf = (commit) => Array.from({ length: ENTRIES }, (_, i) => entry(commit, i));

async function writing(folder, isSynced, say) {
  const db = await open(folder, isSynced);
  for (let commit = 0; commit < COMMITS; commit++) {
    db.transactionSync(() => {
      for (const [key, value] of entriesOf(commit)) db.putSync(key, value);
    });
    say(commit);
  }
  await db.close();
}

/** How many commits are whole, and how many entries hold something else or are there in part. */
async function looking(folder, isSynced) {
  const db = await open(folder, isSynced);
  let [whole, wrong] = [0, 0];
  for (let commit = 0; commit < COMMITS; commit++) {
    const found = entriesOf(commit).map(([key, value]) => [db.get(key), value]);
    const right = found.filter(([bytes, value]) => bytes?.equals(value)).length;
    if (right === ENTRIES && whole === commit) whole++;
    else wrong += found.filter(([bytes]) => bytes !== undefined).length;
  }
  let walked = 0;
  for (const _ of db.getRange()) walked++;
  console.log(JSON.stringify({ whole, wrong: wrong + Math.abs(walked - whole * ENTRIES) }));
}

async function judged(kind, model, cuts, seed) {
  const [{ traceRun }, { cutsOf, restore }] = await Promise.all(['traced-run', 'cuts'].map(crash));
  const work = mkdtempSync(join(ROOT, '.cache', 'lmdb-cut-'));
  const run = await traceRun(work, import.meta.filename, [kind, 'write']);
  const sum = { kind, model, cuts, seed, steps: run.steps.length, good: 0, lost: 0, wrong: 0, unopened: 0 };
  const place = join(work, 'cut');
  for (const cut of cutsOf(run, { cuts, seed, models: [model] })) {
    restore(cut, run, place);
    const { status, stdout } = spawnSync(process.execPath, [import.meta.filename, place, kind, 'look'], {
      timeout: 60_000,
    });
    const found = status === 0 ? JSON.parse(stdout.toString()) : undefined;
    const lost = found !== undefined && found.whole < cut.acknowledged.length;
    sum.unopened += found === undefined;
    sum.wrong += found !== undefined && found.wrong > 0;
    sum.lost += lost;
    sum.good += found !== undefined && found.wrong === 0 && !lost;
  }
  rmSync(work, { recursive: true });
  return sum;
}

const [first = '200', second = '1', what] = process.argv.slice(2);
const isSynced = second === 'synced';
if (what === 'write') await writing(first, isSynced, (commit) => console.log(`acknowledged ${commit}`));
else if (what === 'look') await looking(first, isSynced);
else {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  for (const kind of ['synced', 'unsynced'])
    for (const model of ['journal', 'loose'])
      console.log(JSON.stringify(await judged(kind, model, Number(first), Number(second))));
}
