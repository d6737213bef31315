import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '#event-sourcing';
import { TICKETS, VOCABULARY, mapAll } from '../../../test/kit/mappings.js';
import { readMapping } from './read-mapping.js';

function faultsOf(document: unknown): readonly string[] {
  try {
    readMapping(document, VOCABULARY);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    expect(error.code).toBe('invalid-mapping');
    return error.faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
  return [];
}

const withRule = (change: object) => ({
  ...TICKETS,
  rules: [{ ...(TICKETS.rules[0] as object), ...change }],
});

describe('a mapping', () => {
  it('is read with what it leaves unsaid', () => {
    const mapping = readMapping(TICKETS, VOCABULARY);
    expect(mapping).toMatchObject({
      source: 'urn:cx:import:tickets',
      format: { kind: 'csv', delimiter: ',', quote: '"' },
      grouped: false,
      maxKeys: 1_000_000,
    });
    expect(mapping.rules[0]?.when).toEqual({ kind: 'always' });
  });

  it('names the nearest word for one that is misspelled', () => {
    expect(faultsOf({ ...TICKETS, custmer: 'x' })).toEqual([
      '/custmer "custmer" is unknown here – did you mean "customer"?',
    ]);
    expect(faultsOf(withRule({ emit: 'IssueClsoed' }))).toEqual([
      '/rules/0/emit "IssueClsoed" is not a touchpoint – did you mean "IssueClosed"?',
    ]);
    expect(faultsOf(withRule({ data: { issueId: 'ticket', reson: 'state' } }))).toEqual([
      '/rules/0/data/reson "reson" is unknown here – did you mean "reason"?',
    ]);
    expect(faultsOf(withRule({ when: { change: 'state' } }))).toContain(
      '/rules/0/when/change "change" is unknown here – did you mean "changes"?',
    );
    const severity = { column: 'state', values: { a: 'hihg' } };
    const raised = { emit: 'IssueRaised', data: { issueId: 'ticket', category: 'state', severity } };
    expect(faultsOf(withRule(raised))).toEqual([
      '/rules/0/data/severity/values "hihg" is not allowed in this field – did you mean "high"?',
    ]);
    const table = { issueId: 'ticket', reason: { column: 'state', values: 'reasons' } };
    expect(faultsOf({ ...withRule({ data: table }), values: { reason: { a: 'b' } } })).toEqual([
      '/rules/0/data/reason/values "reasons" is not a value table – did you mean "reason"?',
    ]);
  });

  it('names all faults at once', () => {
    const faults = faultsOf({ dataset: 'Bad name', times: { format: 'never' }, rules: [{ name: 'x' }] });
    expect(faults).toEqual([
      '/dataset must be 1–64 of a–z, 0–9, dot, hyphen, underscore',
      expect.stringMatching(
        /^\/times\/format "never" is not a time format: "never" is not part of .*\(or one of iso, /,
      ),
      "/customer is missing: the column of the customer's id",
      '/rules/0/emit is missing: the name of a touchpoint',
      '/rules/0/time is missing: the column of the business time',
    ]);
  });

  it('is refused when it is none', () => {
    for (const none of ['hello', null, [], { name: 'a package' }]) {
      expect(faultsOf(none)).toEqual([' is none: it has neither a dataset nor rules']);
    }
  });

  it('names the rule that is wrong', () => {
    const read = () => readMapping(withRule({ emit: 'IssueClsoed' }), VOCABULARY);
    expect(read).toThrow(/in the mapping, rule "closed": emit "IssueClsoed" is not a touchpoint/);
  });

  it('is refused when a field that the touchpoint needs is not given', () => {
    expect(faultsOf(withRule({ data: { reason: 'state' } }))).toEqual([
      '/rules/0/data lacks issueId, which the touchpoint needs',
    ]);
  });

  it('is refused when two rules have one name, or changes have no key', () => {
    expect(faultsOf({ ...TICKETS, rules: [...TICKETS.rules, ...TICKETS.rules] })).toEqual([
      '/rules/1/name "closed" is the name of another rule; ids need each its own',
    ]);
    expect(faultsOf({ ...withRule({ when: 'first row' }), key: undefined })).toEqual([
      '/rules/0/when needs `key`: the column that says which rows belong together',
    ]);
  });

  it('finds columns that the file has not before the first row', () => {
    const map = () => mapAll({ ...TICKETS, customer: 'whoo' }, ['ticket', 'who', 'day'], []);
    expect(map).toThrow(/the file has no column "whoo" – did you mean "who"\? \(in customer\)/);
  });
});
