import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readMapping, type Mapping } from '#connectors';
import { TICKETS, VOCABULARY } from '../../../../test/kit/mappings.js';
import { openRows, type FileRow } from './file-rows.js';

const folder = mkdtempSync(join(tmpdir(), 'cx-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Buffer): string {
  const path = join(folder, `${Math.abs(content.length)}-${content.toString().length}.txt`);
  writeFileSync(path, content);
  return path;
}

const mapping = (change: object = {}): Mapping => readMapping({ ...TICKETS, ...change }, VOCABULARY);

async function rowsOf(content: string | Buffer, map = mapping()) {
  const { columns, rows } = await openRows(file(content), map);
  const read: FileRow[] = [];
  for await (const row of rows) read.push(row);
  return { columns, rows: read };
}

describe('a CSV file', () => {
  it('gives its columns and rows, with quotes, byte order mark and Windows lines', async () => {
    const { columns, rows } = await rowsOf('\ufeffa,b\r\n1,"x, ""y"""\r\n2,"two\nlines"\r\n');
    expect(columns).toEqual(['a', 'b']);
    expect(rows).toEqual([
      { line: 2, cells: ['1', 'x, "y"'] },
      { line: 4, cells: ['2', 'two\nlines'] },
    ]);
  });

  it('names the rows that have too few or too many cells', async () => {
    const { rows } = await rowsOf('a,b\n1\n2,3\n4,5,6\n');
    expect(rows).toEqual([
      { line: 2, cells: ['1'], fault: 'has 1 cells, and the file has 2 columns' },
      { line: 3, cells: ['2', '3'] },
      { line: 4, cells: ['4', '5', '6'], fault: 'has 3 cells, and the file has 2 columns' },
    ]);
  });

  it('with another delimiter says which to write into the mapping', async () => {
    await expect(rowsOf('a;b\n1;2\n')).rejects.toThrow(/write "delimiter: ";"" in the mapping/);
    const { columns } = await rowsOf('a;b\n1;2\n', mapping({ delimiter: ';' }));
    expect(columns).toEqual(['a', 'b']);
    expect((await rowsOf('a\tb\n1\t2\n', mapping({ delimiter: 'tab' }))).columns).toEqual(['a', 'b']);
  });

  it('in another encoding is read by it, and refused by a wrong one', async () => {
    const latin = Buffer.from('name,b\nJos\u00e9,1\n', 'latin1');
    expect((await rowsOf(latin, mapping({ encoding: 'windows-1252' }))).rows).toEqual([
      { line: 2, cells: ['José', '1'] },
    ]);
    await expect(rowsOf(latin)).rejects.toThrow(
      /in line 2 it is not utf-8; the mapping's "encoding" may say another/,
    );
  });

  it('that is none says so once', async () => {
    await expect(rowsOf(Buffer.from([1, 2, 0, 3]))).rejects.toThrow(
      /not a text file of rows: it holds zero bytes/,
    );
    await expect(rowsOf(Buffer.from([0x1f, 0x8b, 8, 1]))).rejects.toThrow(
      /packed with gzip: unpack it first/,
    );
    await expect(rowsOf('hello world\n')).rejects.toThrow(
      /has no columns separated by ","; is it a CSV file\?/,
    );
    await expect(rowsOf('')).rejects.toThrow(/is it a CSV file\?/);
    await expect(rowsOf('a,b\n1,"never closed\n')).rejects.toThrow(/is not a CSV file near line 2/);
  });
});

describe('other files', () => {
  it('of columns are split at white space and need every column', async () => {
    const map = mapping({ format: 'columns', columns: ['who', 'ticket', 'day'] });
    const { rows } = await rowsOf(' 1  2 3\r\n\r\n4 5\n', map);
    expect(rows).toEqual([
      { line: 1, cells: ['1', '2', '3'] },
      { line: 3, cells: ['4', '5'], fault: 'has 2 cells, and the file has 3 columns' },
    ]);
  });

  it('of NDJSON give the fields of their objects, and name the lines that are none', async () => {
    const { columns, rows } = await rowsOf(
      '{"a":1,"b":{"c":"x"}}\n[1]\n{"a":null}\n',
      mapping({ format: 'ndjson' }),
    );
    expect(columns).toEqual(['a', 'b', 'b.c']);
    expect(rows).toEqual([
      { line: 1, cells: ['1', '{"c":"x"}', 'x'] },
      { line: 2, fault: 'is not a JSON object' },
      { line: 3, cells: [undefined, undefined, undefined] },
    ]);
    await expect(rowsOf('a,b\n1,2\n', mapping({ format: 'ndjson' }))).rejects.toThrow(/is not NDJSON/);
  });

  it('A8: of NDJSON are read as strictly as a request: no lossy numbers, no member twice', async () => {
    const { rows } = await rowsOf(
      '{"id":9007199254740993}\n{"id":9007199254740992}\n{"id":"a","id":"b"}\n{"id":"9007199254740993"}\n',
      mapping({ format: 'ndjson' }),
    );
    expect(rows).toEqual([
      { line: 1, fault: expect.stringMatching(/^\/id .*\(lossy-number\)$/) },
      { line: 2, cells: ['9007199254740992'] },
      { line: 3, fault: expect.stringMatching(/^\/id .*\(duplicate-key\)$/) },
      { line: 4, cells: ['9007199254740993'] },
    ]);
  });

  it('that have a line without end are refused', async () => {
    const map = mapping({ format: 'columns', columns: ['a', 'b'] });
    await expect(rowsOf('x'.repeat(5 * 1024 * 1024), map)).rejects.toThrow(/line 1 is longer than/);
  });

  it('that are folders or not there are named', async () => {
    await expect(openRows(folder, mapping())).rejects.toThrow(/is a folder, and a file is needed/);
    await expect(openRows(join(folder, 'none.csv'), mapping())).rejects.toThrow(/ENOENT/);
  });
});
