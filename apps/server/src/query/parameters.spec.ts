import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { CursorQuery } from '../cursors/cursor-query.js';
import { ConsistencyQuery, EntriesQuery, InclusionQuery } from '../proofs/proofs-queries.js';
import { LeadingQuery, RepurchaseQuery } from './insight-query.js';
import { CustomerListQuery } from './list-queries.js';
import { MeasureQuery } from './measure-query.js';

/** Every query with a parameter that is a whole number, and what else it needs. */
const NUMBERS = [
  [InclusionQuery, 'entry', {}],
  [InclusionQuery, 'size', { entry: '1' }],
  [ConsistencyQuery, 'from', {}],
  [ConsistencyQuery, 'to', { from: '1' }],
  [EntriesQuery, 'from', { to: '9' }],
  [EntriesQuery, 'to', { from: '1' }],
  [CursorQuery, 'limit', {}],
  [CustomerListQuery, 'openIssues', {}],
  [MeasureQuery, 'within', {}],
  [LeadingQuery, 'lags', {}],
  [RepurchaseQuery, 'days', {}],
] as const;

describe.each(NUMBERS)('%o: %s', (metatype, name, others) => {
  const read = (text: string) => plainToInstance(metatype as new () => object, { ...others, [name]: text });
  const refused = (text: string) => validateSync(read(text)).map(({ property }) => property);

  it('13.1: is a whole number in decimal digits, and no other way of writing one', () => {
    expect([read('5'), refused('5')]).toMatchObject([{ [name]: 5 }, []]);
    for (const text of ['1e3', '0x10', '', ' 5', '5 ', '+5', '-5', '5.0', '1_000', '99999999999999999999'])
      expect([text, refused(text)]).toEqual([text, [name]]);
  });
});
