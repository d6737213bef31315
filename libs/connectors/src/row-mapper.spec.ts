import { describe, expect, it } from '@jest/globals';
import { TICKETS, VOCABULARY, closedWhen, mapAll } from '../../../test/kit/mappings.js';
import { readMapping } from './read-mapping.js';
import { RowMapper } from './row-mapper.js';
import { UnmatchedWords } from './unmatched-words.js';

const COLUMNS = ['ticket', 'who', 'day', 'state', 'count'];
const row = (ticket: string, state: string, count = '0') => [ticket, 'Ann', '2020-01-02', state, count];
const rowsThatSpeak = (when: unknown, rows: string[][]) =>
  mapAll(closedWhen(when), COLUMNS, rows).events.map(({ id }) => id);

describe('a row becomes touchpoints', () => {
  it('with an id of data set, row and rule, and a sequence of row × 64 + rule', () => {
    const document = {
      ...TICKETS,
      rules: [...TICKETS.rules, { ...(TICKETS.rules[0] as object), name: 'again' }],
    };
    const { events } = mapAll(document, COLUMNS, [row('T1', 'New'), row('T2', 'New')]);
    expect(events.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['tickets/1/closed', '64'],
      ['tickets/1/again', '65'],
      ['tickets/2/closed', '128'],
      ['tickets/2/again', '129'],
    ]);
    expect(events[0]).toEqual({
      specversion: '1.0',
      id: 'tickets/1/closed',
      source: 'urn:cx:import:tickets',
      type: 'cx.IssueClosed.v1',
      subject: 'Ann',
      time: '2020-01-02T00:00:00.000Z',
      sequence: '64',
      datacontenttype: 'application/json',
      data: { issueId: 'T1' },
    });
  });

  it('with values by table, text, constant, list, default, and the type that the touchpoint wants', () => {
    const rules = [
      {
        name: 'raised',
        emit: 'IssueRaised',
        time: 'day',
        data: {
          issueId: { text: '{ticket}#{row}' },
          category: { column: 'state', default: 'unknown' },
          severity: { column: 'count', values: { '0': 'low', otherwise: 'high' } },
          sentiment: { constant: '-0.5' },
        },
      },
      {
        name: 'needs',
        emit: 'NeedsIdentified',
        time: 'day',
        data: { needs: [{ category: { constant: 'billing' } }] },
      },
    ];
    const { events } = mapAll({ ...TICKETS, rules }, COLUMNS, [row('T1', '?'), row('T1', 'Net', '7')]);
    expect(events.map(({ data }) => data)).toEqual([
      { issueId: 'T1#1', category: 'unknown', severity: 'low', sentiment: -0.5 },
      { needs: [{ category: 'billing' }] },
      { issueId: 'T1#2', category: 'Net', severity: 'high', sentiment: -0.5 },
      { needs: [{ category: 'billing' }] },
    ]);
  });

  it('with the value of the row before where it is asked for', () => {
    const data = { issueId: 'ticket', reason: { column: 'state', previous: 'true' } };
    const { events } = mapAll(
      { ...TICKETS, rules: [{ name: 'closed', emit: 'IssueClosed', time: 'day', data }] },
      COLUMNS,
      [row('T1', 'New'), row('T1', '?'), row('T1', 'Done')],
    );
    // an unknown state in between is not known to be another
    expect(events.map(({ data }) => data['reason'])).toEqual([undefined, 'New', 'New']);
  });

  it('leaves out fields whose cell is missing', () => {
    const data = { issueId: 'ticket', reason: 'state' };
    const rules = [{ name: 'closed', emit: 'IssueClosed', time: 'day', data }];
    expect(mapAll({ ...TICKETS, rules }, COLUMNS, [row('T1', '?')]).events[0]?.data).toEqual({
      issueId: 'T1',
    });
  });
});

describe('a rule speaks', () => {
  const rows = [
    row('T1', 'New'),
    row('T2', 'New', '1'),
    row('T1', 'Waiting User', '1'),
    row('T1', '?', '1'),
    row('T1', 'Waiting User', '2'),
    row('T1', 'New', '1'),
    row('T2', 'Closed', '1'),
  ];

  it('on the first row of each key', () => {
    expect(rowsThatSpeak('first row', rows)).toEqual(['tickets/1/closed', 'tickets/2/closed']);
  });

  it('when a column changes, the first row being a change from nothing, an unknown cell none', () => {
    const ids = [
      'tickets/1/closed',
      'tickets/2/closed',
      'tickets/3/closed',
      'tickets/6/closed',
      'tickets/7/closed',
    ];
    expect(rowsThatSpeak({ changes: 'state' }, rows)).toEqual(ids);
  });

  it('when a column changes from and to what is named', () => {
    const when = { changes: 'state', from: 'Waiting *', to: ['New', 'Active'] };
    expect(rowsThatSpeak(when, rows)).toEqual(['tickets/6/closed']);
    const ignored = { changes: 'state', firstRow: 'ignored' };
    expect(rowsThatSpeak(ignored, rows)).toEqual([
      'tickets/3/closed',
      'tickets/6/closed',
      'tickets/7/closed',
    ]);
  });

  it('when a counter grows, and not when it shrinks', () => {
    expect(rowsThatSpeak({ grows: 'count' }, rows)).toEqual(['tickets/3/closed', 'tickets/5/closed']);
    const counts = { grows: 'count', firstRow: 'counts' };
    expect(rowsThatSpeak(counts, rows)).toEqual(['tickets/2/closed', 'tickets/3/closed', 'tickets/5/closed']);
  });

  it('only where another column holds a word named', () => {
    const rules = [
      { ...(TICKETS.rules[0] as object), where: { state: ['Closed', 'Waiting *'], count: '1' } },
    ];
    const { events } = mapAll({ ...TICKETS, rules }, COLUMNS, rows);
    expect(events.map(({ id }) => id)).toEqual(['tickets/3/closed', 'tickets/7/closed']);
  });
});

describe('what cannot be used', () => {
  it('is refused with row, rule and reason, and the rest goes on', () => {
    const rules = [
      {
        name: 'closed',
        emit: 'IssueClosed',
        time: 'day',
        data: { issueId: 'ticket', reason: { column: 'state', values: { New: 'n' } } },
      },
    ];
    const { events, refused } = mapAll({ ...TICKETS, rules }, COLUMNS, [
      ['T1', 'Ann', '2020-13-02', 'New', '0'],
      ['T1', '?', '2020-01-02', 'New', '0'],
      ['', 'Ann', '2020-01-02', 'New', '0'],
      ['T1', 'Ann', '2020-01-02', 'Odd', '0'],
      ['T1', 'Ann', '?', 'New', '0'],
      ['T1', 'Ann', '2020-01-02', 'New', '0'],
    ]);
    expect(events.map(({ id }) => id)).toEqual(['tickets/6/closed']);
    expect(refused).toEqual([
      { row: 1, rule: 'closed', reason: '"2020-13-02" is not a time in the format that the mapping names' },
      { row: 2, reason: 'the customer (who) is missing' },
      { row: 3, reason: 'the key (ticket) is missing' },
      { row: 4, rule: 'closed', reason: 'reason: "Odd" is not in the value table (add it, or otherwise)' },
      { row: 5, rule: 'closed', reason: 'the time is missing' },
    ]);
  });

  it('is a file with more keys than may be remembered, unless its rows are grouped', () => {
    const rows = [row('T1', 'New'), row('T2', 'New'), row('T3', 'New')];
    expect(() => mapAll({ ...TICKETS, maxKeys: '2' }, COLUMNS, rows)).toThrow(/more than 2 keys to remember/);
    expect(mapAll({ ...TICKETS, maxKeys: '2', grouped: 'true' }, COLUMNS, rows).events).toHaveLength(3);
  });
});

describe('A21: a counter', () => {
  const counted = (counts: readonly string[]) =>
    mapAll(
      closedWhen({ grows: 'count' }),
      COLUMNS,
      counts.map((count) => row('T1', 'New', count)),
    );

  it('that is not a number refuses its row with the cell, and growth after it is still seen', () => {
    const { events, refused } = counted(['1', '1,000', '2', 'n/a', '2', '3']);
    expect(events.map(({ id }) => id)).toEqual(['tickets/3/closed', 'tickets/6/closed']);
    expect(refused).toEqual([
      {
        row: 2,
        rule: 'closed',
        reason: 'count: "1,000" is not a number (as 1234.5, without separators)',
      },
      { row: 4, rule: 'closed', reason: 'count: "n/a" is not a number (as 1234.5, without separators)' },
    ]);
  });

  it('that begins with what is not a number grows from the first number on', () => {
    const { events, refused } = counted(['n/a', '5', '6']);
    expect(events.map(({ id }) => id)).toEqual(['tickets/3/closed']);
    expect(refused.map(({ row }) => row)).toEqual([1]);
  });
});

describe('A21: a column that stands twice in the file', () => {
  it('is refused before the first row where the mapping reads it, and does no harm where it does not', () => {
    expect(() => mapAll(TICKETS, ['ticket', 'who', 'day', 'who'], [])).toThrow(
      /the file has more than one column "who"/,
    );
    const { events } = mapAll(
      TICKETS,
      ['ticket', 'who', 'day', 'note', 'note'],
      [['T', 'A', '2020-01-02', '', '']],
    );
    expect(events).toHaveLength(1);
  });
});

describe('A10: a row that columns identify', () => {
  const byCells = { ...TICKETS, id: '{ticket}/{state}' };

  it('gives the same events wherever it stands in a file', () => {
    const rows = [row('T1', 'New'), row('T2', 'New'), row('T1', 'Done')];
    const whole = mapAll(byCells, COLUMNS, rows).events;
    expect(whole.map(({ id }) => id)).toEqual([
      'tickets/T1/New/closed',
      'tickets/T2/New/closed',
      'tickets/T1/Done/closed',
    ]);
    expect(mapAll(byCells, COLUMNS, rows.slice(1)).events).toEqual(whole.slice(1));
  });

  it('is refused where such a cell is missing, and may not use its number', () => {
    expect(mapAll(byCells, COLUMNS, [row('T1', '?')]).refused).toEqual([
      { row: 1, reason: 'a cell of the id ({ticket}/{state}) is missing' },
    ]);
    const issueId = { text: '{ticket}-{row}' };
    const numbered = { ...(TICKETS.rules[0] as object), data: { issueId } };
    expect(() => mapAll({ ...byCells, rules: [numbered] }, COLUMNS, [])).toThrow(/uses \{row\}/);
    expect(() => mapAll({ ...TICKETS, id: '{row}' }, COLUMNS, [])).toThrow(/cannot use \{row\}/);
    expect(() => mapAll({ ...TICKETS, id: '{tiket}' }, COLUMNS, [])).toThrow(/no column "tiket".*\(in id\)/);
  });
});

describe('B1: a mapping', () => {
  const two = (change: object) => ({
    ...TICKETS,
    rules: [
      ...TICKETS.rules,
      {
        name: 'raised',
        emit: 'IssueRaised',
        time: 'day',
        data: { issueId: 'ticket', category: 'state', severity: { column: 'count', values: { '0': 'low' } } },
      },
    ],
    ...change,
  });

  it('may want all events of a row or none', () => {
    const rows = [row('T1', 'New', '0'), row('T2', 'New', '7')];
    const ids = (document: object) => mapAll(document, COLUMNS, rows).events.map(({ id }) => id);
    expect(ids(two({}))).toEqual(['tickets/1/closed', 'tickets/1/raised', 'tickets/2/closed']);
    expect(ids(two({ refuse: 'row' }))).toEqual(['tickets/1/closed', 'tickets/1/raised']);
    expect(mapAll(two({ refuse: 'row' }), COLUMNS, rows).refused).toEqual([
      { row: 2, rule: 'raised', reason: expect.stringContaining('"7" is not in the value table') },
      { row: 2, rule: 'closed', reason: 'another rule of the row was refused (refuse: row)' },
    ]);
  });

  it('may ask whether a cell is present or missing', () => {
    const where = (filter: unknown) => ({
      ...TICKETS,
      rules: [{ ...(TICKETS.rules[0] as object), where: { state: filter } }],
    });
    const rows = [row('T1', 'New'), row('T2', '?'), row('T3', ''), row('T4', 'present')];
    const spoken = (filter: unknown) =>
      mapAll(where(filter), COLUMNS, rows).events.map(({ data }) => data['issueId']);
    expect(spoken('present')).toEqual(['T1', 'T4']);
    expect(spoken('missing')).toEqual(['T2', 'T3']);
    expect(spoken(['present'])).toEqual(['T4']);
  });

  it('may read the times of one column in another format', () => {
    const rules = [
      {
        ...(TICKETS.rules[0] as object),
        time: { column: 'state', format: 'M/d/yyyy h:mm a', zone: '+02:00' },
      },
    ];
    const { events } = mapAll({ ...TICKETS, rules }, COLUMNS, [row('T1', '1/2/2020 12:30 AM')]);
    expect(events[0]?.time).toBe('2020-01-01T22:30:00.000Z');
  });

  it('of another file names each column once', () => {
    const message = () => mapAll(two({}), ['id', 'who', 'date'], []);
    expect(message).toThrow(
      'the file has no column "ticket" (in key)\n' +
        '  the file has no column "day" (in rule "closed": time)\n' +
        '  the file has no column "state" (in rule "raised": data/category)\n' +
        '  the file has no column "count" (in rule "raised": data/severity)\n' +
        '  the file has the columns: id, who, date',
    );
  });

  it('shows the words that no rule names', () => {
    const when = { changes: 'state', from: 'Open', to: ['Done', 'Closed *'] };
    const rules = [{ ...(TICKETS.rules[0] as object), when, where: { count: ['1'] } }];
    const unmatched = new UnmatchedWords(readMapping({ ...TICKETS, rules }, VOCABULARY), COLUMNS);
    for (const [state, count] of [
      ['Open', '1'],
      ['Finished', '1'],
      ['Finished', '2'],
      ['Closed early', '1'],
      ['?', ''],
    ])
      unmatched.see(row('T1', state!, count));
    expect(unmatched.columns).toEqual([
      { column: 'state', words: [{ word: 'Finished', rows: 2 }] },
      { column: 'count', words: [{ word: '2', rows: 1 }] },
    ]);
    const any = readMapping(closedWhen({ changes: 'state' }), VOCABULARY);
    const none = new UnmatchedWords(any, COLUMNS);
    none.see(row('T1', 'Whatever'));
    expect(none.columns).toEqual([]);
  });

  it('maps a corrected row on its own as it would have been in its file', () => {
    const mapping = readMapping(closedWhen({ changes: 'state', from: 'New' }), VOCABULARY);
    const inFile = new RowMapper(mapping, COLUMNS, VOCABULARY);
    inFile.map(row('T1', 'New'));
    const wrong = inFile.map(['T1', 'Ann', '2020-13-02', 'Done', '0']);
    expect(wrong).toMatchObject({ row: 2, key: 'T1', refused: [{ row: 2, rule: 'closed' }] });
    const before = inFile.named(wrong.before!);
    const cells = { ticket: 'T1', who: 'Ann', day: '2020-12-02', state: 'Done', count: '0' };
    const alone = new RowMapper(mapping, COLUMNS, VOCABULARY).mapSingle({
      row: 2,
      rule: 'closed',
      cells,
      before,
    });
    expect(alone.events.map(({ id, time }) => [id, time])).toEqual([
      ['tickets/2/closed', '2020-12-02T00:00:00.000Z'],
    ]);
  });
});
