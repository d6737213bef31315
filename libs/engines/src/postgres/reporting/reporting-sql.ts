import type { Statement } from '../database.js';
import { type Generations, rowsName } from '../read-side/generations.js';
import { REPORTING_VIEWS, type ReportingView } from './reporting-views.js';

/** A view of `cx_v1` that is to be made again, with what it was made from. */
export interface PlannedView {
  readonly name: string;
  readonly definition: string;
  readonly table: string | null;
}

/**
 * The views of `cx_v1` over the rows that readers see now. A table that is being derived for this version of the program,
 * and one that has not the columns asked for, leaves its views as they are.
 */
export function plannedViews(generations: Generations): readonly PlannedView[] {
  return REPORTING_VIEWS.flatMap((view) => {
    const rows = view.table === null ? null : shownRows(view, generations);
    if (rows === undefined) return [];
    const knownBy = view.table === null ? undefined : generations.find(view.table)?.knownBy;
    return [{ name: view.name, table: rows, definition: definitionOf(view, rows, knownBy) }];
  });
}

/** Makes views again, as their common owner. */
export function publishing(views: readonly PlannedView[]): readonly Statement[] {
  const shown = [...new Set(views.flatMap(({ table }) => table ?? []))];
  return [
    ...shown.flatMap((table) => [
      { text: `GRANT SELECT ON ${table} TO cx_reporting` },
      { text: `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY` },
      { text: `DROP POLICY IF EXISTS by_tenant ON ${table}` },
      {
        text: `CREATE POLICY by_tenant ON ${table} FOR SELECT TO cx_reporting
          USING (tenant IN (SELECT t.id FROM cx.tenant t JOIN cx.reader r ON r.tenant = t.name
            WHERE pg_has_role(current_user, r.role, 'USAGE')))`,
      },
    ]),
    { text: 'SET LOCAL ROLE cx_reporting' },
    ...views.flatMap(({ name, definition }) => [
      { text: definition },
      { text: `GRANT SELECT ON cx_v1.${name} TO cx_reader` },
      ...commenting(REPORTING_VIEWS.find((view) => view.name === name)!),
    ]),
    { text: 'RESET ROLE' },
    ...views.map(({ name, definition }) => ({
      text: `INSERT INTO cx.reporting_view VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition`,
      values: [name, definition],
    })),
  ];
}

function shownRows({ table, columns }: ReportingView, generations: Generations): string | undefined {
  const stored = generations.of(table!);
  const definition = generations.find(table!);
  if (stored === undefined || definition?.version !== stored.version) return undefined;
  const wanted = columns.flatMap(({ sql }) => [...sql.matchAll(/\br\."?(\w+)/g)].map(([, name]) => name!));
  const has = (name: string) => name === 'customer' || Object.hasOwn(definition.columns, name);
  return wanted.every(has) ? rowsName(table!, stored.current) : undefined;
}

function definitionOf(
  { name, columns, from: shown = 'cx.tenant t' }: ReportingView,
  rows: string | null,
  knownBy?: string,
): string {
  const selected = columns.map(({ name: column, sql, type }) => `${sql}::${type} AS ${column}`).join(', ');
  const from = rows === null ? shown : `${rows} r JOIN cx.tenant t ON t.id = r.tenant`;
  // Rows of customers of whom nothing is known yet are no query's business.
  const known = knownBy === undefined ? '' : ` WHERE r."${knownBy}" IS NOT NULL`;
  return `CREATE OR REPLACE VIEW cx_v1.${name} AS SELECT ${selected} FROM ${from}${known}`;
}

function commenting({ name, means, columns }: ReportingView): readonly Statement[] {
  const quoted = (words: string) => `'${words.replaceAll("'", "''")}'`;
  return [
    { text: `COMMENT ON VIEW cx_v1.${name} IS ${quoted(means)}` },
    ...columns.map((column) => ({
      text: `COMMENT ON COLUMN cx_v1.${name}.${column.name} IS ${quoted(column.means)}`,
    })),
  ];
}
