import type { DocumentPart } from './document.js';
import type { ValueTable } from './mapping.js';

/** The value tables of a mapping, by name. */
export function readTables(part: DocumentPart): { [name: string]: ValueTable } {
  const tables: { [name: string]: ValueTable } = {};
  for (const [name, table] of part.fields()) tables[name] = readTable(table);
  return tables;
}

/** A value table; the entry `otherwise` is for all words not named. */
export function readTable(part: DocumentPart): ValueTable {
  const words: { [word: string]: string } = {};
  let otherwise: string | undefined;
  for (const [word, meaning] of part.fields()) {
    const text = meaning.text(`what "${word}" means`);
    if (text === undefined) continue;
    if (word === 'otherwise') otherwise = text;
    else words[word] = text;
  }
  return { words, otherwise };
}
