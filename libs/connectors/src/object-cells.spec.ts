import { describe, expect, it } from '@jest/globals';
import { cellsOf, columnNamesOf } from './object-cells.js';

describe('an NDJSON row', () => {
  const record = { id: 7, open: true, ticket: { id: 'T1', tags: ['a'] }, none: null };

  it('gives its cells as text, inner fields by dots', () => {
    expect(cellsOf(record, ['id', 'open', 'ticket.id', 'ticket.tags', 'none', 'ticket.none'])).toEqual([
      ...['7', 'true', 'T1', '["a"]'],
      ...[undefined, undefined],
    ]);
  });

  it('offers its columns', () => {
    expect(columnNamesOf(record)).toEqual(['id', 'open', 'ticket', 'ticket.id', 'ticket.tags', 'none']);
  });
});
