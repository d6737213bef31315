// Checks that package-lock.json is complete for every platform: each entry of a package's
// optionalDependencies must have a package in the lock. npm drops those it cannot find in silence, and
// `npm ci` on another platform then refuses the lock.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const lockFile = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'package-lock.json');
const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));

/** Node's own way up: the package nearest to the folder that asks. */
function find(from, name) {
  for (let folder = from; ;) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
    const up = folder.lastIndexOf('/node_modules/');
    folder = up < 0 ? '' : folder.slice(0, up);
  }
}

const faults = [];
for (const [path, entry] of Object.entries(packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (find(path, name) === undefined)
      faults.push(`${path || 'the project'} wants ${name}, which the lock lacks`);
  }
  if (typeof entry.resolved === 'string' && /^https?:/.test(entry.resolved)) {
    faults.push(`${path} names a registry's host in "resolved"`);
  }
}
if (faults.length > 0) {
  console.error(`package-lock.json is not complete:\n  ${faults.join('\n  ')}`);
  console.error('Pin the wrapper to the newest version that has all its platform packages, and lock again.');
  process.exit(1);
}
console.log(`package-lock.json is complete: ${Object.keys(packages).length - 1} packages, every platform.`);
