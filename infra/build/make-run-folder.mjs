// Before a run of tests: whatever tests, kits and the servers that they start make in the folder for temporary files
// goes into one folder of the run, which `remove-run-folder.mjs` removes.
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function makeRunFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'cx-run-'));
  // Other users may pass through it: PostgreSQL does not run as root.
  chmodSync(folder, 0o711);
  // Jest's workers are started after this, with this environment.
  process.env.TMPDIR = folder;
  // The servers and commands that tests start compile their modules once for all of them, threads included.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
}
