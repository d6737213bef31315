// Checks that each package-lock.json (the project's, and those of the benches' peers) is complete for every
// platform: each entry of a package's optionalDependencies must have a package in the lock. npm drops those it
// cannot find in silence, and `npm ci` on another platform then refuses the lock.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const lockFiles = ['package-lock.json', ...globSync('test/bench/peers/*/package-lock.json', { cwd: root })];

/** Node's own way up: the package nearest to the folder that asks. */
function find(packages, from, name) {
  for (let folder = from; ;) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
    const up = folder.lastIndexOf('/node_modules/');
    folder = up < 0 ? '' : folder.slice(0, up);
  }
}

function faultsOf({ packages }) {
  const faults = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (find(packages, path, name) === undefined)
        faults.push(`${path || 'the project'} wants ${name}, which the lock lacks`);
    }
    if (typeof entry.resolved === 'string' && /^https?:/.test(entry.resolved)) {
      faults.push(`${path} names a registry's host in "resolved"`);
    }
  }
  return faults;
}

for (const lockFile of lockFiles) {
  const lock = JSON.parse(readFileSync(join(root, lockFile), 'utf8'));
  const faults = faultsOf(lock);
  if (faults.length === 0) {
    console.log(
      `${lockFile} is complete: ${Object.keys(lock.packages).length - 1} packages, every platform.`,
    );
    continue;
  }
  console.error(`${lockFile} is not complete:\n  ${faults.join('\n  ')}`);
  console.error('Pin the wrapper to the newest version that has all its platform packages, and lock again.');
  process.exitCode = 1;
}
