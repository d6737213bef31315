// `node infra/postgres/describe-cx-v1.mjs` (after a build): writes down what the schema cx_v1 has, for people
// (infra/docs/cx_v1.md), for dbt (infra/dbt/sources.yml) and for the check that it only ever grows (cx_v1.json).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { REPORTING_VIEWS } from '../../dist/libs/engines/src/postgres/reporting/reporting-views.js';
import { referenceOf } from '../../dist/libs/engines/src/postgres/reporting/reference.js';

const root = join(import.meta.dirname, '..', '..');
const write = (file, text) => writeFileSync(join(root, file), text);
const views = REPORTING_VIEWS.map(({ name, columns }) => [
  name,
  columns.map((column) => ({ name: column.name, type: column.type })),
]);
write('infra/postgres/cx_v1.json', `${JSON.stringify(Object.fromEntries(views), null, 2)}\n`);
write('infra/docs/cx_v1.md', referenceOf(REPORTING_VIEWS));
const tables = REPORTING_VIEWS.map(({ name, means, columns }) => ({
  name,
  description: means,
  columns: columns.map((column) => ({
    name: column.name,
    description: column.means,
    data_type: column.type,
  })),
}));
const source = {
  name: 'cx_ledger',
  schema: 'cx_v1',
  description: 'CX Ledger: scores, bands and issues of each customer, kept up to date by its server.',
  tables,
};
write('infra/dbt/sources.yml', stringify({ version: 2, sources: [source] }, { lineWidth: 0 }));
