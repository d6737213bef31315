import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';
import { sentEvent } from '../kit/touchpoint.js';

const COUNT = 300;
const SECRET = 'charged twice by Mrs Winterbottom';

interface State {
  readonly position: string;
  readonly events: number;
  readonly parts: {
    name: string;
    after: string;
    to: string;
    events: number;
    bytes: number;
    sha256: string;
  }[];
}

describe('the whole history of a tenant', () => {
  const ledger = new LedgerProcess();
  const place = mkdtempSync(join(tmpdir(), 'cx-history-'));
  const stateOf = (folder: string) =>
    JSON.parse(readFileSync(join(place, folder, 'export.json'), 'utf8')) as State;
  const exported = async (format: string, folder: string, ...more: string[]) => {
    const asked = [
      'export',
      '--format',
      format,
      '--tenant',
      'shop',
      '--out',
      join(place, folder),
      '--json',
      ...more,
    ];
    const { status, stdout } = await ledger.cx(...asked);
    return {
      status,
      result: JSON.parse(stdout) as { added: string[]; error: { code: string; message: string } },
    };
  };
  const texts = (folder: string) =>
    stateOf(folder).parts.flatMap(({ name }) =>
      readFileSync(join(place, folder, name), 'utf8')
        .trimEnd()
        .split('\n'),
    );
  const publish = async (tenant: string, prefix: string, from = 0) => {
    const events = Array.from({ length: COUNT }, (_, i) =>
      sentEvent(
        'cx.FeedbackGiven.v1',
        `${prefix}-${i}`,
        { survey: 'nps', score: i % 11, comment: SECRET },
        {
          ...{ subject: `C-${i % 5}`, correlationid: `call-${i}` },
          time: new Date(Date.UTC(2026, 0, 31, 0, 0, from + i)).toISOString(),
        },
      ),
    );
    const answer = await ledger.post('/v1/events', events, {
      tenant,
      type: 'application/cloudevents-batch+json',
    });
    expect(answer.status).toBe(200);
  };

  beforeAll(async () => {
    await ledger.start();
    await publish('shop', 'a');
    await publish('another', 'x');
  }, 60_000);
  afterAll(async () => {
    await ledger.remove();
    rmSync(place, { recursive: true, force: true });
  });

  it('13.5: is exported in parts that are only added to, resumed by position', async () => {
    expect((await exported('ndjson', 'lines')).status).toBe(0);
    const first = stateOf('lines');
    // Both tenants' events were read, and one tenant's were written.
    expect([first.events, first.position]).toEqual([COUNT, String(2 * COUNT)]);
    const nothing = await exported('ndjson', 'lines');
    expect(nothing.result.added).toEqual([]);
    await publish('shop', 'b', COUNT);
    const more = await exported('ndjson', 'lines', '--since', first.position);
    const second = stateOf('lines');
    expect(more.result.added).toEqual([second.parts[1]!.name]);
    expect(second.parts[0]).toEqual(first.parts[0]);
    expect(second.parts[1]).toMatchObject({ after: String(2 * COUNT), to: String(3 * COUNT), events: COUNT });
    for (const { name, bytes, sha256 } of second.parts) {
      const content = readFileSync(join(place, 'lines', name));
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
    }
    expect(readdirSync(join(place, 'lines')).sort()).toEqual(
      ['export.json', ...second.parts.map(({ name }) => name)].sort(),
    );
  });

  it('13.5: has each event as it is stored, with its hash, and personal data closed', async () => {
    const events = texts('lines').map(
      (line) => JSON.parse(line) as { hash: string; position: string; event: { tenant: string; id: string } },
    );
    expect(events.map(({ event }) => event.id)).toEqual([
      ...Array.from({ length: COUNT }, (_, i) => `a-${i}`),
      ...Array.from({ length: COUNT }, (_, i) => `b-${i}`),
    ]);
    expect(new Set(events.map(({ event }) => event.tenant))).toEqual(new Set(['shop']));
    const { items } = await ledger.get<{ items: object[] }>(
      '/v1/audit/customers/C-0/events',
      { limit: 2 },
      'shop',
    );
    expect([events[0], events[5]]).toEqual(items);
    for (const line of texts('lines')) expect(line).not.toContain(SECRET);
  });

  it('13.5: as Parquet is read by DuckDB, equal to the lines', async () => {
    expect((await exported('parquet', 'tables')).status).toBe(0);
    const database = await DuckDBInstance.create(':memory:');
    const connection = await database.connect();
    const files = join(place, 'tables', '*.parquet').replaceAll("'", "''");
    const read = await connection.runAndReadAll(
      `SELECT position::VARCHAR AS position, entry::VARCHAR AS entry, revision, tenant, customer, type, id, event_id AS "eventId",
        strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "occurredAt", hash, data, correlation_id AS "correlationId",
        causation_id AS "causationId", extensions
      FROM read_parquet('${files}') AS events ORDER BY events.position`,
    );
    const rows = read.getRowObjectsJson();
    const expected = texts('lines').map((line) => {
      const { position, entry, revision, hash, event } = JSON.parse(line) as {
        position: string;
        entry: number;
        revision: number;
        hash: string;
        event: Record<string, string> & { data: object };
      };
      const { tenant, customer, type, id, eventId, occurredAt, data, correlationId } = event;
      return {
        ...{
          position,
          entry: String(entry),
          revision,
          tenant,
          customer,
          type,
          id,
          eventId,
          occurredAt,
          hash,
        },
        ...{ data: JSON.stringify(data), correlationId, causationId: null, extensions: null },
      };
    });
    expect(rows).toEqual(expected);
    const sums = await connection.runAndReadAll(
      `SELECT customer, count(*)::INTEGER AS events, sum(CAST(data->>'$.score' AS INTEGER))::INTEGER AS scores
       FROM read_parquet('${files}') GROUP BY customer ORDER BY customer`,
    );
    const scores = Array.from({ length: COUNT }, (_, i) => ({ customer: i % 5, score: i % 11 }));
    expect(sums.getRowObjectsJson()).toEqual(
      [0, 1, 2, 3, 4].map((customer) => {
        const its = scores.filter((one) => one.customer === customer);
        return {
          customer: `C-${customer}`,
          events: 2 * its.length,
          scores: 2 * its.reduce((sum, { score }) => sum + score, 0),
        };
      }),
    );
    connection.closeSync();
  });

  it('13.5: as CloudEvents keeps what was sent, and adds the ledger’s times and places', async () => {
    expect((await exported('cloudevents', 'cloud', '--since', String(2 * COUNT))).status).toBe(0);
    const [first] = texts('cloud');
    expect(JSON.parse(first!)).toMatchObject({
      ...{ specversion: '1.0', id: 'b-0', source: '/crm', type: 'cx.FeedbackGiven.v1', subject: 'C-0' },
      ...{
        time: '2026-01-31T00:05:00.000Z',
        correlationid: 'call-0',
        tenant: 'shop',
        position: String(2 * COUNT + 1),
      },
      data: { survey: 'nps', score: 0 },
    });
    expect(texts('cloud')).toHaveLength(COUNT);
  });

  it('13.5: is refused with the way out where the folder is another export’s, or of another log', async () => {
    const other = await exported('parquet', 'lines');
    expect([other.status, other.result.error.message]).toEqual([
      2,
      expect.stringContaining('as ndjson: name another folder'),
    ]);
    const elsewhere = await exported('ndjson', 'lines', '--since', '7');
    expect([elsewhere.status, elsewhere.result.error.message]).toEqual([
      2,
      expect.stringContaining('leave --since out'),
    ]);
    const beyond = await exported('ndjson', 'beyond', '--since', '999999');
    expect([beyond.status, beyond.result.error.code]).toEqual([1, 'position-unknown']);
    const file = join(place, 'lines', 'export.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/"log": "[^"]*"/, '"log": "cx-ledger/another/first"'),
    );
    const log = await exported('ndjson', 'lines');
    expect([log.status, log.result.error.code]).toEqual([1, 'export-of-another-log']);
    const both = await ledger.cx('export', '--format', 'ndjson', '--customer', 'C-1');
    expect([both.status, both.stderr]).toEqual([2, expect.stringContaining('one of: --customer')]);
  });
});
