// `npm run settings`: lists every setting as the code declares it, into infra/docs/settings.md; with --print on standard
// output instead.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const config = join(root, 'dist/libs/platform/src/config');
await import(join(config, 'settings.js'));
const { declaredSettings } = await import(join(config, 'setting.js'));

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '\\<');
const code = (text) => (text === undefined || text === '' ? '' : `\`${text}\``);
const rows = declaredSettings().map(
  ({ variable, default: standard, means, reader: { form } }) =>
    `| \`${variable}\` | ${code(standard)} | ${cell(means)} | ${cell(form ?? '')} |`,
);

const text = `# Settings

Environment variables, or a file \`.env\` in the folder where the server starts; what is set in the environment wins.
All are checked at the start, and every fault is named at once, with what to write instead. \`npm run settings\` makes
this table from the code.

<!-- prettier-ignore -->
| variable | default | what it is for | values |
| --- | --- | --- | --- |
${rows.join('\n')}

For the command line, beside these: \`CX_URL\` and \`CX_KEY\` name a running server and a key for it; \`CX_PURPOSE\` says for the access log why
customers’ data are read (\`--purpose\` of a command wins).
`;

if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'infra/docs/settings.md'), text);
