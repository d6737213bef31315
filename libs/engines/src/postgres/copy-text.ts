const SPECIAL = /[\\\t\n\r\0]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\u2400',
};
/** About so many characters are sent at once. */
const PIECE = 65_536;

/** Rows in the text format of COPY (https://www.postgresql.org/docs/18/sql-copy.html). */
export function* copyText(rows: readonly (readonly (string | number | null)[])[]): Iterable<string> {
  let piece = '';
  for (const row of rows) {
    piece += `${row.map(fieldOf).join('\t')}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function fieldOf(value: string | number | null): string {
  if (value === null) return '\\N';
  return typeof value === 'number' ? String(value) : value.replace(SPECIAL, (found) => ESCAPES[found]!);
}
