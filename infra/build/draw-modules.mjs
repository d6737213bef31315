// `npm run modules`: draws which library imports which, as dependency-cruiser finds it in the code, into
// infra/docs/modules.md.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
const { stdout, status } = spawnSync(
  process.execPath,
  [
    ...[cruiser, '--config', '.dependency-cruiser.cjs', 'apps', 'libs'],
    ...['--include-only', '^(libs|apps)/', '--exclude', '\\.(spec|contract)\\.ts$|^test/'],
    ...['--collapse', '^(libs|apps)/[^/]+', '--output-type', 'mermaid'],
  ],
  { cwd: root, encoding: 'utf8' },
);
if (status !== 0) process.exit(status ?? 1);

const text = `# Modules

An arrow leads from a module to one that it imports. \`npm run modules\` draws this from the code; the rules that hold it
are in \`.dependency-cruiser.cjs\`, each with what to do instead.

\`\`\`mermaid
${stdout.trim()}
\`\`\`
`;
writeFileSync(join(root, 'infra/docs/modules.md'), text);
