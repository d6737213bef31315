// After a run of tests, also one that has failed: see `make-run-folder.mjs`.
import { rmSync } from 'node:fs';

export default function removeRunFolder() {
  rmSync(process.env.TMPDIR, { recursive: true, force: true, maxRetries: 5 });
}
