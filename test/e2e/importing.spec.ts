import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';

const RULES = `
customer: who
key: ticket
rules:
  - { name: raised, emit: IssueRaised, when: first row, time: opened, data: { issueId: ticket, category: about, severity: severity } }
  - { name: closed, emit: IssueClosed, where: { closed: present }, time: closed, data: { issueId: ticket } }
`;
const HEADER = 'ticket,who,about,severity,opened,closed\n';
const T1 = 'T1,ann,billing,high,2024-01-01,2024-01-05\n';
const T2 = 'T2,bob,delivery,low,2024-01-02,\n';
const T3 = 'T3,cleo,delivery,low,2024-01-03,2024-01-04\n';

interface Summary {
  readonly rows: { readonly total: number };
  readonly events: { readonly recorded: number; readonly duplicate: number; readonly refused: number };
  readonly refusals: readonly { row: number; line: number; key: string; rule?: string; reason: string }[];
}

describe('cx import', () => {
  const ledger = new LedgerProcess();
  beforeAll(() => ledger.start());
  afterAll(() => ledger.remove());

  const at = (name: string) => join(dirname(ledger.folder), name);
  const written = (name: string, content: string) => {
    writeFileSync(at(name), content);
    return at(name);
  };
  const imported = async (name: string, content: string, map: string, ...more: string[]) => {
    const file = written(name, content);
    const args = ['import', file, '--map', written('map.yaml', map), ...more, '--json'];
    const { status, stdout, stderr } = await ledger.cx(...args);
    return {
      status,
      stderr,
      summary: JSON.parse(stdout) as Summary & { error?: { code: string; message: string } },
    };
  };

  describe('A10: of a file whose rows are identified by their number', () => {
    const map = `dataset: numbered\ntimes: { format: yyyy-MM-dd }${RULES}`;

    it('takes the file, the same again, and the file that grew at its end', async () => {
      const first = await imported('n.csv', HEADER + T1 + T2, map);
      expect(first).toMatchObject({ status: 0, summary: { events: { recorded: 3, duplicate: 0 } } });
      const again = await imported('n.csv', HEADER + T1 + T2, map);
      expect(again).toMatchObject({ status: 0, summary: { events: { recorded: 0, duplicate: 3 } } });
      const grown = await imported('n.csv', HEADER + T1 + T2 + T3, map);
      expect(grown).toMatchObject({ status: 0, summary: { events: { recorded: 2, duplicate: 3 } } });
    });

    it('refuses another file before its first row, and says what can be done', async () => {
      const { status, summary } = await imported('n.csv', HEADER + T2 + T3, map);
      expect(status).toBe(1);
      expect(summary.error?.code).toBe('another-file');
      expect(summary.error?.message).toContain('--rows-unchanged');
      expect(await ledger.all('/v1/customers/bob/timeline')).toHaveLength(1);
    });

    it('takes a corrected file whose rows kept their numbers when it is told so', async () => {
      const corrected = HEADER + T1.replace('billing', 'charges') + T2 + T3;
      expect((await imported('n.csv', corrected, map)).summary.error?.code).toBe('another-file');
      const { summary } = await imported('n.csv', corrected, map, '--rows-unchanged');
      expect(summary.events).toMatchObject({ recorded: 0, duplicate: 4, refused: 1 });
      expect((await imported('n.csv', corrected + T1, map)).summary.events.recorded).toBe(1);
    });

    it('can be undone, again after an interruption, and is closed from then on', async () => {
      const openBefore = await ledger.all('/v1/issues', { status: 'open' });
      expect(openBefore.length).toBeGreaterThan(0);
      const undone = await ledger.cx('import', '--undo', 'numbered', '--json');
      expect(undone.status).toBe(0);
      expect(JSON.parse(undone.stdout)).toMatchObject({
        events: { total: 6, retracted: 6, before: 0, refused: 0 },
      });
      expect(await ledger.all('/v1/issues', { status: 'open' })).toEqual([]);
      const again = await ledger.cx('import', '--undo', 'numbered', '--json');
      expect(JSON.parse(again.stdout)).toMatchObject({ events: { total: 6, retracted: 0, before: 6 } });
      expect((await imported('n.csv', HEADER + T1, map)).summary.error?.code).toBe('import-undone');
      const unknown = await ledger.cx('import', '--undo', 'nunbered');
      expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing was imported') });
    });
  });

  it('A10: records nothing twice of another file where columns identify the rows', async () => {
    const map = `dataset: by-cells\nid: '{ticket}'\ntimes: { format: yyyy-MM-dd }${RULES}`;
    expect((await imported('c.csv', HEADER + T1 + T2 + T3, map)).summary.events.recorded).toBe(5);
    const { status, summary } = await imported('c.csv', HEADER + T3 + T2, map);
    expect(status).toBe(0);
    expect(summary.events).toMatchObject({ recorded: 0, duplicate: 3, refused: 0 });
  });

  it('13.3: refuses the new row of an erased customer, and takes a repeated one for a repeat', async () => {
    const map = `dataset: erased\nid: '{ticket}'\ntimes: { format: yyyy-MM-dd }${RULES}`;
    const [before, after] = ['E1,eve,billing,high,2024-01-01,\n', 'E2,eve,billing,low,2024-01-02,\n'];
    expect((await imported('e.csv', HEADER + before, map)).summary.events.recorded).toBe(1);
    expect((await ledger.cx('erase', 'eve', '--reason', 'asked for it', '--yes')).status).toBe(0);
    const { status, summary } = await imported('e.csv', HEADER + before + after, map);
    expect([status, summary.events]).toEqual([
      1,
      expect.objectContaining({ recorded: 0, duplicate: 1, refused: 1 }),
    ]);
    expect(summary.refusals).toMatchObject([
      { row: 2, line: 3, reason: expect.stringContaining('the customer was erased') },
    ]);
  });

  describe('B1: with refusals', () => {
    const wrong =
      HEADER + T1 + 'T2,bob,delivery,urgent,2024-01-02,2024-01-09\n' + 'T3,,x,low,2024-01-03,\nT4,dora\n';
    const refused = at('refused.ndjson');

    it('counts rows and events so that they add up, and names row, line, key and rule', async () => {
      const map = `dataset: part\ntimes: { format: yyyy-MM-dd }${RULES}`;
      const { status, summary } = await imported('p.csv', wrong, map, '--refused', refused);
      expect(status).toBe(1);
      expect(summary).toMatchObject({
        rows: { total: 4, recorded: 1, partlyRefused: 1, refused: 2, silent: 0 },
        events: { total: 4, recorded: 3, duplicate: 0, refused: 1 },
      });
      const found = [...summary.refusals].sort((a, b) => a.row - b.row);
      expect(found.map(({ row, line, key, rule }) => ({ row, line, key, rule }))).toEqual([
        { row: 2, line: 3, key: 'T2', rule: 'raised' },
        { row: 3, line: 4, key: 'T3', rule: undefined },
        { row: 4, line: 5, key: undefined, rule: undefined },
      ]);
    });

    it('writes each with its cells, so that it can be corrected and sent again', async () => {
      expect(statSync(refused).mode & 0o777).toBe(0o600);
      const lines = readFileSync(refused, 'utf8').trim().split('\n');
      const ofT2 = lines.find((line) => line.includes('"T2"'))!;
      expect(JSON.parse(ofT2)).toMatchObject({
        ...{ row: 2, line: 3, key: 'T2', rule: 'raised' },
        cells: { ticket: 'T2', who: 'bob', about: 'delivery', severity: 'urgent', opened: '2024-01-02' },
      });
      const map = `dataset: part\ntimes: { format: yyyy-MM-dd }${RULES}`;
      const mended = ofT2.replace('"urgent"', '"high"');
      const sent = await imported('mended.ndjson', `${mended}\n`, map, '--mended');
      expect(sent).toMatchObject({ status: 0, summary: { events: { recorded: 1, refused: 0 } } });
      const issues = await ledger.get<{ open: unknown[]; resolvedCount: number }>('/v1/customers/bob/issues');
      expect(issues.resolvedCount).toBe(1);
      const twice = await imported('mended.ndjson', `${mended}\n`, map, '--mended');
      expect(twice.summary.events).toMatchObject({ recorded: 0, duplicate: 1 });
    });

    it('records all events of a row or none where the mapping wants it so', async () => {
      const map = `dataset: whole\nrefuse: row\ntimes: { format: yyyy-MM-dd }${RULES}`;
      const late = 'T9,zoe,billing,high,2024-01-01,2999-01-01\n';
      const { summary } = await imported(
        'w.csv',
        HEADER + T1 + late + wrong.slice((HEADER + T1).length),
        map,
      );
      expect(summary).toMatchObject({
        rows: { total: 5, recorded: 1, partlyRefused: 0, refused: 4 },
        events: { total: 6, recorded: 2, duplicate: 0, refused: 4 },
      });
      await expect(ledger.get('/v1/customers/zoe')).rejects.toThrow(/404/);
    });
  });

  it('B1: lists in a dry run the words that no rule names', async () => {
    const map = written(
      'dry.yaml',
      `dataset: dry\ntimes: { format: yyyy-MM-dd }\ncustomer: who\nkey: ticket\nrules:
  - { name: closed, emit: IssueClosed, when: { changes: about, to: billing }, time: opened, data: { issueId: ticket } }\n`,
    );
    const { stdout } = await ledger.cx(
      'import',
      written('d.csv', HEADER + T1 + T2 + T3),
      '--map',
      map,
      '--dry-run',
    );
    expect(stdout).toContain('about: "delivery" (2 rows)');
    expect(stdout).toContain('rows    1 accepted, 0 in part, 0 refused, 2 without a rule that applies');
  });
});
