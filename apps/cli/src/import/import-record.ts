import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Answer } from '#api';
import type { Mapping } from '#connectors';
import { Failure } from '../failure.js';
import type { Client } from '../server/client.js';
import { RefusedByServer } from '../server/problem-answer.js';

/** The beginning of a file: its length and the SHA-256 of these bytes, hexadecimal. */
type FilePrefix = Answer<'import'>['files'][number];

interface Wanted {
  readonly file: string;
  readonly mapping: Mapping;
  readonly mended?: boolean;
  readonly rowsUnchanged?: boolean;
}

/** The server's path of a data set. */
export function importPath(dataset: string, rest = ''): string {
  return `/v1/imports/${encodeURIComponent(dataset)}${rest}`;
}

/**
 * Tells the server what is about to be imported. Throws before the first row where the data set was undone
 * (`import-undone`), or where rows are identified by their number and this is another file than before
 * (`another-file`): one that only grew at its end is the same.
 */
export async function registerImport(client: Client, wanted: Wanted): Promise<void> {
  const { mapping, file } = wanted;
  const { dataset, source } = mapping;
  const known = await importRecord(client, dataset);
  const numbered = mapping.id === undefined && wanted.mended !== true;
  // An undone data set is refused by the server, whatever the file.
  const comparable = numbered && wanted.rowsUnchanged !== true && known?.undoneAt === null;
  const before = comparable ? known.files : [];
  const prefixes = numbered
    ? await prefixesOf(
        file,
        before.map(({ bytes }) => bytes),
      )
    : [];
  const longest = before.at(-1);
  const whole = prefixes.at(-1);
  const isKnown = (prefix: FilePrefix) => before.some((other) => isSame(prefix, other));
  if (longest !== undefined && !prefixes.some((prefix) => isSame(prefix, longest)) && !isKnown(whole!))
    throw anotherFile(file, dataset);
  const replaces = wanted.rowsUnchanged === true;
  await client.put(importPath(dataset), { source, ...(whole && { file: whole, replaces }) });
}

/** What the server knows of the data set; undefined when nothing was imported under this name. */
export async function importRecord(client: Client, dataset: string): Promise<Answer<'import'> | undefined> {
  try {
    return await client.get<Answer<'import'>>(importPath(dataset));
  } catch (error) {
    if (error instanceof RefusedByServer && error.code === 'unknown-import') return undefined;
    throw error;
  }
}

function anotherFile(file: string, dataset: string): Failure {
  return new Failure(
    'another-file',
    [
      `${file} is not the file that was imported under data set "${dataset}", and its rows are identified by their number, so every moved row would be recorded again`,
      "  give the mapping an id of columns, as id: '{Ticket ID}/{State}' (best before the first import),",
      '  or another dataset name, where the file holds other rows,',
      '  or --rows-unchanged, where only cells were corrected and every row kept its number',
    ].join('\n'),
    { dataset },
  );
}

function isSame(one: FilePrefix, other: FilePrefix): boolean {
  return one.bytes === other.bytes && one.sha256 === other.sha256;
}

/** The file's beginnings of these lengths (ascending, those that it has) and, last, the whole file. */
async function prefixesOf(file: string, lengths: readonly number[]): Promise<readonly FilePrefix[]> {
  const { size } = await stat(file);
  const wanted = [...lengths.filter((length) => length < size), size];
  const hash = createHash('sha256');
  const prefixes: FilePrefix[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(file, { end: Math.max(0, size - 1) })) {
    let rest = chunk as Buffer;
    while (prefixes.length < wanted.length && bytes + rest.length >= wanted[prefixes.length]!) {
      const part = rest.subarray(0, wanted[prefixes.length]! - bytes);
      bytes += part.length;
      rest = rest.subarray(part.length);
      prefixes.push({ bytes, sha256: digestOf(hash.update(part)) });
    }
    hash.update(rest);
    bytes += rest.length;
  }
  if (size === 0) prefixes.push({ bytes: 0, sha256: digestOf(hash) });
  return prefixes;
}

function digestOf(hash: Hash): string {
  return hash.copy().digest('hex');
}
