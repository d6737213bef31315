import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';

const MAPPINGS = join('infra', 'mappings');

interface Issue {
  readonly customer: string;
  readonly issueId: string;
  readonly severity: string;
  readonly state: string;
}

describe('B2: exports with one row per ticket', () => {
  const ledger = new LedgerProcess();
  beforeAll(() => ledger.start());
  afterAll(() => ledger.remove());

  const imported = async (name: string) => {
    const args = [
      'import',
      join(MAPPINGS, 'samples', `${name}.csv`),
      '--map',
      join(MAPPINGS, `${name}.yaml`),
    ];
    const { stdout } = await ledger.cx(...args, '--json');
    return JSON.parse(stdout) as {
      rows: object;
      events: object;
      refusals: { key?: string; reason: string }[];
    };
  };
  const queue = async () => {
    const found: Issue[] = [];
    for (const status of ['open', 'resolved', 'closed'])
      found.push(...(await ledger.all<Issue>('/v1/issues', { status })));
    return found.map(({ issueId, severity, state }) => `${issueId} ${severity} ${state}`).sort();
  };

  it('of a help desk become issues, answers and ratings; a row with an unknown word is refused whole', async () => {
    const { rows, events, refusals } = await imported('tickets');
    expect(rows).toEqual({ total: 5, recorded: 4, partlyRefused: 0, refused: 1, silent: 0 });
    // Of the four good rows: 4 contacts, 4 issues, 3 answers, 2 resolutions, 2 closings, 2 ratings; of the fifth 2.
    expect(events).toEqual({ total: 19, recorded: 17, duplicate: 0, refused: 2 });
    expect(refusals[0]!.reason).toContain('"Urgent"');
    const timeline = await ledger.all<{ type: string; occurredAt: string }>('/v1/customers/C-202/timeline');
    // 11:58 PM in New York is 04:58 UTC of the next day; the newest comes first.
    expect(timeline.at(-1)).toMatchObject({ type: 'ContactStarted', occurredAt: '2024-03-02T04:58:00.000Z' });
    expect(timeline).toHaveLength(6);
  });

  it('of Zendesk become issues with their team, their resolution and their rating', async () => {
    const { rows, events } = await imported('zendesk');
    expect(rows).toMatchObject({ total: 3, recorded: 3, refused: 0 });
    expect(events).toMatchObject({ total: 10, recorded: 10 });
  });

  it('add nothing when they are imported again', async () => {
    for (const name of ['tickets', 'zendesk'])
      expect((await imported(name)).events).toMatchObject({ recorded: 0 });
  });

  it('stand in the queue as the files say', async () => {
    expect(await queue()).toEqual([
      ...['101 high closed', '102 critical resolved', '103 normal open'],
      ...['8001 high closed', '8002 normal closed', '8003 critical open', '8004 low open'],
    ]);
  });

  it('are all explained in the README beside them', () => {
    const readme = readFileSync(join(MAPPINGS, 'README.md'), 'utf8');
    for (const name of ['tickets', 'zendesk', 'incidents', 'cdnow'])
      expect(readme).toContain(`\`${name}.yaml\``);
  });
});
