// `npm run coverage`: runs every test and says how much of apps and libs ran, in the tests' own process, in the servers and
// commands that they start, and in the threads of all of them. Fails where a test fails, where less ran than FLOORS say,
// and when the tests take longer than LIMIT_MINUTES. `npm run coverage -- PATTERN` runs matching tests, without floors.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergeProcessCovs } from '@bcoe/v8-coverage';
import coverage from 'istanbul-lib-coverage';
import report from 'istanbul-lib-report';
import reports from 'istanbul-reports';
import v8ToIstanbul from 'v8-to-istanbul';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'coverage');
const children = join(folder, 'children');
const patterns = process.argv.slice(2);
/**
 * Percent; about one below what the whole run reached last (97.3, 94.4, 97.2, 97.3), since what runs by chance differs from run
 * to run. They may rise, never sink.
 */
const FLOORS = { statements: 96, branches: 93, functions: 96, lines: 96 };
const LIMIT_MINUTES = Number(process.env.CX_COVERAGE_MINUTES ?? 120);
/** Files of one process or thread that are merged at a time: each is a megabyte or more. */
const AT_ONCE = 25;
const OURS = /\/dist\/(?:libs|apps)\/.*\.js$/;
const NOT_OURS = /\.(?:spec|contract)\.js$/;

function run(...args) {
  const timeout = LIMIT_MINUTES * 60_000;
  const env = { ...process.env, CX_TEST_COVERAGE: children };
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root, env, timeout });
  if (error?.code === 'ETIMEDOUT') console.error(`coverage: the tests took more than ${LIMIT_MINUTES} min`);
  return status === 0;
}

/** What ran in processes of their own. */
function ofChildren() {
  let merged = { result: [] };
  const files = readdirSync(children).map((name) => join(children, name));
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const read = files.slice(from, from + AT_ONCE).map((file) => {
      const { result } = JSON.parse(readFileSync(file, 'utf8'));
      return { result: result.filter(({ url }) => OURS.test(url) && !NOT_OURS.test(url)) };
    });
    merged = mergeProcessCovs([merged, ...read]);
  }
  return merged.result;
}

async function asIstanbul({ url, functions }) {
  const path = fileURLToPath(url);
  const converter = v8ToIstanbul(path, 0, { source: readFileSync(path, 'utf8') });
  await converter.load();
  converter.applyCoverage(functions);
  return converter.toIstanbul();
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(children, { recursive: true });
const nodeOptions = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = join(root, 'node_modules/jest/bin/jest.js');
let ok = run(join(root, 'infra/build/build.mjs'));
ok &&= run(...nodeOptions, jest, '--coverage', ...patterns);
const map = coverage.createCoverageMap(JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8')));
for (const script of ofChildren()) map.merge(await asIstanbul(script));
rmSync(children, { recursive: true });
const context = report.createContext({ dir: folder, coverageMap: map });
for (const kind of ['html', 'json', 'text-summary']) reports.create(kind).execute(context);
const summary = map.getCoverageSummary();
for (const [what, floor] of patterns.length > 0 ? [] : Object.entries(FLOORS)) {
  if (summary[what].pct >= floor) continue;
  ok = false;
  console.error(`coverage: ${summary[what].pct} % of ${what} ran, at least ${floor} % must`);
}
process.exit(ok ? 0 : 1);
