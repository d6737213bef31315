// `npm test`: builds, checks format, lint, module boundaries and unused code, and runs every test. Each step is
// printed with its time; the first that fails ends the run. `npm test -- PATTERN` builds and runs matching tests only.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const modules = join(root, 'node_modules');
const patterns = process.argv.slice(2);
const results = join(mkdtempSync(join(tmpdir(), 'cx-test-')), 'jest.json');

const STEPS = [
  ['build', join(root, 'infra/build/build.mjs')],
  ['lock is complete', join(root, 'infra/build/check-lock.mjs')],
  ['format', join(modules, 'prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  ['lint', join(modules, 'eslint/bin/eslint.js'), '.'],
  [
    'boundaries',
    join(modules, 'dependency-cruiser/bin/dependency-cruiser.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'apps',
    'libs',
    'test',
  ],
  ['nothing unused', join(modules, 'knip/bin/knip.js'), '--no-progress'],
];

function step(name, args, nodeArgs = []) {
  const started = Date.now();
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [...nodeArgs, ...args], { stdio: 'inherit', cwd: root });
  console.log(
    `== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return status === 0;
}

function report() {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  for (const suite of testResults) {
    for (const test of suite.assertionResults) {
      if (test.status === 'pending') console.log(`skipped: ${test.fullName}`);
    }
  }
  const failed = Math.max(numFailedTests, numFailedTestSuites);
  console.log(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
}

const jest = [
  join(modules, 'jest/bin/jest.js'),
  '--json',
  `--outputFile=${results}`,
  '--testLocationInResults',
  ...patterns,
];
const steps = patterns.length > 0 ? STEPS.slice(0, 1) : STEPS;
let ok = steps.every(([name, ...args]) => step(name, args));
if (ok) {
  ok = step('tests', jest, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']);
  report();
}
rmSync(join(results, '..'), { recursive: true, force: true });
process.exit(ok ? 0 : 1);
