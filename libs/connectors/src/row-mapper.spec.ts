import { describe, expect, it } from '@jest/globals';
import { TICKETS, closedWhen, mapAll } from '../../../test/kit/mappings.js';

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
      { row: 1, rule: 'closed', reason: '"2020-13-02" is no time of the form that the mapping gives' },
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
