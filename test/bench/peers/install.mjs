// Installs the peers, each in a folder of its own: they want different versions of the same package.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

for (const peer of ['sqlite', 'postgresql', 'lmdb']) {
  const { status } = spawnSync('npm', ['ci'], { cwd: join(import.meta.dirname, peer), stdio: 'inherit' });
  // One that does not install is left out of the measure, which says so.
  if (status !== 0) console.error(`the peer ${peer} was not installed`);
}
