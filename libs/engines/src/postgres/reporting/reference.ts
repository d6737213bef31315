import type { ReportingView } from './reporting-views.js';

const HEAD = `# Reference of cx_v1

The schema \`cx_v1\` of the views' database in PostgreSQL, for Metabase, Grafana, dbt and \`psql\`. How to make a user who reads it:
[run with PostgreSQL](guides/run-with-postgresql.md). Views and columns are only ever added; another meaning gets another name.

Scores and bands are those of the last minute: a row that silence alone changes is written again when its time has come. Merged
customers are shown as their survivor. Text is as it was published.
`;

/** The reference of the views, in Markdown. */
export function referenceOf(views: readonly ReportingView[]): string {
  const sections = views.map(({ name, means, columns }) => {
    const rows = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.means} |`);
    return [
      `## cx_v1.${name}`,
      '',
      means,
      '',
      '| column | type | meaning |',
      '| --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}
