import type { DocumentPart } from './document.js';
import { ROW_NUMBER, placeholdersOf } from './templates.js';

/** The text that identifies a row by its cells, as `{Ticket ID}/{State}`; undefined where the row number does. */
export function readIdTemplate(part: DocumentPart): string | undefined {
  if (part.absent) return undefined;
  const text = part.text('columns in braces that identify a row, as {Ticket ID}/{State}');
  if (text === undefined) return undefined;
  const names = placeholdersOf(text);
  if (names.length === 0) return part.fault('names no column: write them in braces, as {Ticket ID}/{State}');
  if (names.includes(ROW_NUMBER))
    return part.fault('cannot use {row}: without `id`, the row number identifies a row already');
  return text;
}
