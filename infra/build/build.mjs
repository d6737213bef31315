// Builds everything into dist/: first removes the outputs whose sources are gone (tsc never does, and a
// dead spec would go on running), then compiles.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const OUTPUT = /\.(js|js\.map|d\.ts)$/;

function prune(folder) {
  const built = join(root, 'dist', folder);
  if (!existsSync(built)) return;
  for (const entry of readdirSync(built, { withFileTypes: true })) {
    const relative = join(folder, entry.name);
    if (entry.isDirectory()) prune(relative);
    else if (OUTPUT.test(entry.name) && !existsSync(join(root, relative.replace(OUTPUT, '.ts')))) {
      rmSync(join(root, 'dist', relative));
    }
  }
}

for (const top of ['apps', 'libs', 'test']) prune(top);
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
// SQL is read where the compiled code is.
const MIGRATIONS = 'libs/engines/src/postgres/migrations';
rmSync(join(root, 'dist', MIGRATIONS), { recursive: true, force: true });
cpSync(join(root, MIGRATIONS), join(root, 'dist', MIGRATIONS), { recursive: true });
const result = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
process.exit(result.status ?? 1);
