import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canonicalJson,
  decodeEvent,
  type EventStore,
  type Json,
  Overloaded,
  parseTime,
  START,
  type StoredEvent,
  StoreFault,
} from '#event-sourcing';
import { EmbeddedEventStore } from '#event-store';
import { EmbeddedKeyStore, openEvent } from '#privacy';
import { MemoryEventStore } from '../../../test/kit/memory-event-store.js';
import { issueRaised, sentEvent } from '../../../test/kit/touchpoint.js';
import { Intake, type IntakeOptions } from './intake.js';

const NOW = Date.parse('2026-02-01T12:00:00.000Z');
const desk = { tenant: 'default', id: 'key-desk' };

const STORES: readonly [string, (folder: string) => Promise<EventStore>][] = [
  ['a store in memory', () => Promise.resolve(new MemoryEventStore())],
  ['the embedded store', (folder) => EmbeddedEventStore.open({ folder })],
];

describe.each(STORES)('the intake before %s', (_name, openStore) => {
  let folder: string;
  let keys: EmbeddedKeyStore;
  let store: EventStore;
  let now: number;
  let intake: Intake;

  const intakeOf = (options: Partial<IntakeOptions> = {}) =>
    new Intake({ store, keys, clock: { now: () => now }, ...options });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cx-intake-'));
    keys = await EmbeddedKeyStore.open({ folder, masterKey: Buffer.alloc(32, 7) });
    store = await openStore(folder);
    now = NOW;
    intake = intakeOf();
  });
  afterEach(async () => {
    await store.close();
    await keys.close();
    rmSync(folder, { recursive: true });
  });

  const stored = async (): Promise<readonly StoredEvent[]> =>
    (await store.readAll({ after: START, limit: 10_000 })).events;
  const recorded = async () => (await stored()).map(({ bytes }) => decodeEvent(bytes));
  const text = ({ bytes }: StoredEvent) => Buffer.from(bytes).toString('utf8');

  describe('what is recorded', () => {
    it('is the envelope, as agreed, with what was sent', async () => {
      const sent = issueRaised('1', { sequence: '17', correlationid: 'call-9', causationid: 'e-8' });
      const answers = await intake.record(desk, [sent]);
      expect(answers).toEqual([{ status: 'recorded', id: '1', position: 1n, revision: 0 }]);
      expect(await recorded()).toEqual([
        {
          envelopeVersion: 1,
          // UUID v5 of ["default","/crm","1"] in the ledger's name space, by another implementation.
          eventId: '720b66f8-5141-5542-a90b-4fd214eb2b96',
          tenant: 'default',
          customer: 'c-1',
          type: 'cx.IssueRaised.v1',
          source: '/crm',
          id: '1',
          occurredAt: '2026-01-31T10:00:00+01:00',
          recordedAt: '2026-02-01T12:00:00.000Z',
          sequence: '17',
          publisher: 'key-desk',
          correlationId: 'call-9',
          causationId: 'e-8',
          data: { issueId: 'issue-1', category: 'refund', severity: 'high' },
          contentHash: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      ]);
    });

    it('is canonical JSON, with every optional member and without', async () => {
      const odd = {
        issueId: 'ü "quoted" \u2028',
        category: '\\',
        severity: 'low',
        description: 'd',
        zeta: [1, { b: 1, a: 2 }],
      };
      await intake.record(desk, [
        issueRaised('1'),
        issueRaised('2', {
          sequence: '17',
          correlationid: '"',
          causationid: '\\',
          traceparent: '00-1',
          more: 'x',
          data: odd,
        }),
        sentEvent('cx.ReferralMade.v1', '3', {}, { subject: 'Kundin Ärmel/7' }),
      ]);
      const all = await stored();
      expect(all).toHaveLength(3);
      for (const event of all) expect(canonicalJson(JSON.parse(text(event)) as Json)).toBe(text(event));
    });

    it('opens to what was sent, unknown fields and extensions included', async () => {
      const data = {
        issueId: 'i',
        category: 'refund',
        severity: 'low',
        description: 'My name is Ada',
        room: 7,
        $unknown: 1,
      };
      await intake.record(desk, [issueRaised('1', { data, traceparent: '00-1', agentmood: 'fine' })]);
      const [event] = await recorded();
      const [own] = await keys.find([{ tenant: 'default', customer: 'c-1' }]);
      const opened = openEvent(event!, own);
      expect(opened.data).toEqual(data);
      expect(opened.extensions).toEqual({ traceparent: '00-1', agentmood: 'fine' });
    });

    it('shows no name, address or remark that a publisher sent', async () => {
      const planted = 'Zebedee Quill';
      const everywhere = [
        issueRaised('1', {
          data: { issueId: 'i', category: 'x', severity: 'low', description: planted, caller: planted },
        }),
        sentEvent('cx.CustomerIdentified.v1', '2', {
          name: planted,
          aliases: [{ scheme: 'crm', value: planted, note: planted }],
          [planted]: 1,
        }),
        sentEvent('cx.NeedsIdentified.v1', '3', {
          contactId: 'c',
          needs: [{ category: 'x', description: planted }],
        }),
        sentEvent('cx.PreferenceStated.v1', '4', { key: 'salutation', value: planted }),
        issueRaised('5', { callername: planted }),
      ];
      const answers = await intake.record(desk, everywhere);
      expect(answers.map(({ status }) => status)).toEqual([
        'recorded',
        'recorded',
        'recorded',
        'recorded',
        'recorded',
      ]);
      for (const event of await stored()) expect(text(event)).not.toContain(planted);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      for (const { parentPath, name } of files) {
        expect(readFileSync(join(parentPath, name)).includes(planted)).toBe(false);
      }
    });

    it('stands in the stream of its customer, and of its tenant', async () => {
      const other = { tenant: 'other', id: 'k' };
      await intake.record(desk, [issueRaised('1'), issueRaised('2', { subject: 'a/b' })]);
      expect(await intake.record(other, [issueRaised('1')])).toMatchObject([
        { status: 'recorded', position: 3n },
      ]);
      expect(await store.streamHead('customer-default.c-1')).toBe(0);
      expect(await store.streamHead('customer-default.a%2Fb')).toBe(0);
      expect(await store.streamHead('customer-other.c-1')).toBe(0);
    });

    it('may be as large as CloudEvents asks for, and larger up to the limit', async () => {
      const remark = (length: number) => ({
        issueId: 'i',
        category: 'x',
        severity: 'low',
        room: 'x'.repeat(length),
      });
      const small = intakeOf({ limits: { bytesPerEvent: 70_000 } });
      expect(await intake.record(desk, [issueRaised('1', { data: remark(65_536) })])).toMatchObject([
        { status: 'recorded' },
      ]);
      expect(await small.record(desk, [issueRaised('2', { data: remark(65_536) })])).toMatchObject([
        {
          status: 'rejected',
          id: '2',
          problem: { code: 'event-too-large', detail: expect.stringContaining('70000') },
        },
      ]);
    });
  });

  describe('a repeat', () => {
    it('is a duplicate and answers with the first position', async () => {
      await intake.record(desk, [issueRaised('1'), issueRaised('2')]);
      const again = issueRaised('2', { time: '2026-01-31T10:00:00+01:00', traceparent: '00-another' });
      const answers = await intake.record({ ...desk, id: 'another-key' }, [again, issueRaised('3')]);
      expect(answers).toEqual([
        { status: 'duplicate', id: '2', position: 2n, revision: 1 },
        { status: 'recorded', id: '3', position: 3n, revision: 2 },
      ]);
    });

    it.each([
      ['data', { data: { issueId: 'issue-1', category: 'refund', severity: 'low' } }],
      [
        'a personal field',
        { data: { issueId: 'issue-1', category: 'refund', severity: 'high', description: 'new' } },
      ],
      ['time', { time: '2026-01-31T10:00:01+01:00' }],
      ['sequence', { sequence: '1' }],
      ['customer', { subject: 'c-2' }],
      ['type', { type: 'cx.IssueReprioritised.v1', data: { issueId: 'issue-1', severity: 'high' } }],
    ])('with other %s is refused: the id was used for something else', async (_what, change) => {
      await intake.record(desk, [issueRaised('1')]);
      const [answer] = await intake.record(desk, [issueRaised('1', change)]);
      expect(answer).toMatchObject({
        status: 'rejected',
        id: '1',
        problem: { code: 'id-reused', errors: [{ pointer: '/id' }] },
      });
      expect(await stored()).toHaveLength(1);
    });

    it('within one request counts once', async () => {
      const other = issueRaised('1', { time: '2026-01-31T11:00:00Z' });
      const answers = await intake.record(desk, [issueRaised('1'), issueRaised('1'), other]);
      expect(answers).toMatchObject([
        { status: 'recorded', position: 1n },
        { status: 'duplicate', position: 1n },
        { status: 'rejected', problem: { code: 'id-reused' } },
      ]);
    });

    it('at the same moment is recorded once, whoever comes first', async () => {
      const batches = Array.from({ length: 30 }, (_, i) =>
        Array.from({ length: 20 }, (_, j) => issueRaised(`${(i + j) % 40}`)),
      );
      const answers = (await Promise.all(batches.map((batch) => intake.record(desk, batch)))).flat();
      const positions = new Map<string, Set<bigint>>();
      for (const answer of answers) {
        if (answer.status === 'rejected') throw new Error(answer.problem.detail);
        positions.set(answer.id, (positions.get(answer.id) ?? new Set()).add(answer.position));
      }
      expect(positions.size).toBe(40);
      expect([...positions.values()].every(({ size }) => size === 1)).toBe(true);
      expect(answers.filter(({ status }) => status === 'recorded')).toHaveLength(40);
      expect(await stored()).toHaveLength(40);
    });
  });

  describe('wrong input', () => {
    it('is refused where it stands, with every fault, and the others are recorded', async () => {
      const wrong = issueRaised('2', {
        time: 'yesterday',
        data: { issueId: 'i', category: 'x', severity: 'huge' },
      });
      const answers = await intake.record(desk, [issueRaised('1'), wrong, 'no event', issueRaised('4')]);
      expect(answers).toMatchObject([
        { status: 'recorded', position: 1n },
        {
          status: 'rejected',
          id: '2',
          problem: { code: 'invalid-event', errors: [{ pointer: '/time' }, { pointer: '/data/severity' }] },
        },
        { status: 'rejected', problem: { code: 'invalid-event', errors: [{ pointer: '' }] } },
        { status: 'recorded', position: 2n },
      ]);
      expect(answers[2]).not.toHaveProperty('id');
    });

    it.each([
      ['of an unknown type', { type: 'cx.IssueRaized.v1' }, 'unknown-type'],
      ['of an unknown version', { type: 'cx.IssueRaised.v9' }, 'unknown-version'],
      ['of the future', { time: '2026-02-01T12:05:00.001Z' }, 'time-in-future'],
      ['of an e-mail address', { subject: 'ada@example.org' }, 'personal-identifier'],
    ])('%s has a code of its own', async (_what, change, code) => {
      expect(await intake.record(desk, [issueRaised('1', change)])).toMatchObject([{ problem: { code } }]);
    });

    it('makes no keys for a customer of whom nothing was taken', async () => {
      await intake.record(desk, [issueRaised('1', { time: 'yesterday' })]);
      expect(await keys.find([{ tenant: 'default', customer: 'c-1' }])).toEqual([undefined]);
    });

    it('is too much when there are more events than a request may hold', async () => {
      const small = intakeOf({ limits: { eventsPerRequest: 2 } });
      const three = [issueRaised('1'), issueRaised('2'), issueRaised('3')];
      const refused = small.record(desk, three);
      await expect(refused).rejects.toMatchObject({ code: 'too-many-events' });
      await expect(refused).rejects.toThrow('at most 2 events, this one 3');
      expect(await small.record(desk, three.slice(1))).toHaveLength(2);
      expect(await small.record(desk, [])).toEqual([]);
    });
  });

  describe('all or none', () => {
    const statuses = async (inputs: readonly unknown[]) =>
      (await intake.record(desk, inputs, { atomic: true })).map((answer) =>
        answer.status === 'rejected' ? answer.problem.code : answer.status,
      );

    it('records all when all are good, repeats among them', async () => {
      await intake.record(desk, [issueRaised('1')]);
      expect(await statuses([issueRaised('2'), issueRaised('1'), issueRaised('3')])).toEqual([
        'recorded',
        'duplicate',
        'recorded',
      ]);
    });

    it('records none when one is wrong', async () => {
      expect(await statuses([issueRaised('1'), issueRaised('2', { time: 'x' }), issueRaised('3')])).toEqual([
        'abandoned',
        'invalid-event',
        'abandoned',
      ]);
      expect(await stored()).toEqual([]);
    });

    it('records none when one is too large', async () => {
      intake = intakeOf({ limits: { bytesPerEvent: 1_000 } });
      const data = { issueId: 'i', category: 'x', severity: 'low', room: 'x'.repeat(1_000) };
      expect(await statuses([issueRaised('1'), issueRaised('2', { data })])).toEqual([
        'abandoned',
        'event-too-large',
      ]);
      expect(await stored()).toEqual([]);
    });

    it('records none when one uses an id again', async () => {
      await intake.record(desk, [issueRaised('1')]);
      const reused = issueRaised('1', { time: '2026-01-31T11:00:00Z' });
      expect(await statuses([issueRaised('2'), reused])).toEqual(['abandoned', 'id-reused']);
      expect(await stored()).toHaveLength(1);
    });
  });

  describe('the time at which the ledger learnt of an event', () => {
    const times = async () => (await recorded()).map(({ recordedAt }) => recordedAt);
    const ascending = (all: readonly string[]) =>
      all.every((time, i) => i === 0 || parseTime(all[i - 1]!)! <= parseTime(time)!);

    it('does not step back with the clock', async () => {
      await intake.record(desk, [issueRaised('1')]);
      now = NOW - 60_000;
      await intake.record(desk, [issueRaised('2')]);
      now = NOW + 1;
      await intake.record(desk, [issueRaised('3')]);
      expect(await times()).toEqual([
        '2026-02-01T12:00:00.000Z',
        '2026-02-01T12:00:00.000Z',
        '2026-02-01T12:00:00.001Z',
      ]);
    });

    it('goes on from the last event when another intake takes over', async () => {
      await intake.record(desk, [issueRaised('1')]);
      now = NOW - 60_000;
      await intakeOf().record(desk, [issueRaised('2')]);
      expect(await times()).toEqual(['2026-02-01T12:00:00.000Z', '2026-02-01T12:00:00.000Z']);
    });

    it('ascends along the log under many writers, while the clock jumps', async () => {
      const jumps = [5, -3, 9, 0, -7, 2];
      await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          now += jumps[i % jumps.length]!;
          await intake.record(
            desk,
            Array.from({ length: (i % 7) * 40 + 1 }, (_, j) => issueRaised(`${i}-${j}`)),
          );
        }),
      );
      const all = await times();
      expect(all.length).toBe(60 + 40 * (0 + 1 + 2 + 3 + 4 + 5 + 6) * 8 + 40 * (0 + 1 + 2 + 3));
      expect(ascending(all)).toBe(true);
    });
  });

  describe('a store in trouble', () => {
    it('acknowledges nothing, and takes the same events later', async () => {
      const busy = new BusyStore();
      intake = intakeOf({ store: busy });
      busy.fault = new Overloaded('the queue is full', 2);
      await expect(intake.record(desk, [issueRaised('1')])).rejects.toBe(busy.fault);
      busy.fault = new StoreFault('disk-full', 'the disk is full');
      await expect(intake.record(desk, [issueRaised('1')])).rejects.toBe(busy.fault);
      busy.fault = undefined;
      expect(await intake.record(desk, [issueRaised('1')])).toMatchObject([{ status: 'recorded' }]);
    });
  });

  it('refuses more than it may hold at once, and goes on when there is room', async () => {
    const slow = new SlowStore();
    intake = intakeOf({ store: slow, limits: { eventsUnderWay: 3 } });
    const waiting = intake.record(desk, [issueRaised('1'), issueRaised('2')]);
    const refused = intake.record(desk, [issueRaised('3'), issueRaised('4')]);
    await expect(refused).rejects.toBeInstanceOf(Overloaded);
    await expect(refused).rejects.toMatchObject({ details: { retryAfterSeconds: 1 } });
    slow.goOn();
    expect(await waiting).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }]);
    expect(await intake.record(desk, [issueRaised('3'), issueRaised('4')])).toHaveLength(2);
  });

  describe('policies', () => {
    const policy = { policy: 'sla', version: 1, effectiveFrom: '2026-01-01T00:00:00Z' };
    const scoring = { policy: 'intimacy', version: 3, preset: 'customer-intimacy', motto: 'kept' };
    const origin = { source: '/cx/policies', id: 'scoring-3' };

    it('are not taken among the events of publishers', async () => {
      const sent = sentEvent('cx.ScoringPolicyPublished.v1', '1', scoring, { subject: undefined });
      expect(await intake.record(desk, [sent])).toMatchObject([
        { status: 'rejected', problem: { code: 'wrong-door', errors: [{ pointer: '/type' }] } },
      ]);
    });

    it('are recorded in the stream of the tenant, once', async () => {
      const record = () => intake.recordPolicy(desk, 'cx.ScoringPolicyPublished.v1', scoring, origin);
      expect(await record()).toEqual({ status: 'recorded', id: 'scoring-3', position: 1n, revision: 0 });
      expect(await store.streamHead('tenant-default')).toBe(0);
      const [event] = await recorded();
      expect(event).toMatchObject({ occurredAt: '2026-02-01T12:00:00.000Z', source: '/cx/policies' });
      expect(event).not.toHaveProperty('customer');
      const [own] = await keys.find([{ tenant: 'default' }]);
      expect(openEvent(event!, own).data).toEqual(scoring);
      expect(await record()).toMatchObject({ status: 'duplicate', position: 1n });
    });

    it('are checked like events', async () => {
      expect(await intake.recordPolicy(desk, 'cx.ScoringPolicyPublished.v1', policy, origin)).toMatchObject({
        status: 'recorded',
      });
      const wrong = { ...scoring, preset: 'cheapest' };
      expect(
        await intake.recordPolicy(desk, 'cx.ScoringPolicyPublished.v1', wrong, { ...origin, id: '2' }),
      ).toMatchObject({
        status: 'rejected',
        problem: { code: 'invalid-event', errors: [{ pointer: '/data/preset' }] },
      });
    });

    it('are the only thing that comes in by their way', async () => {
      const raised = { issueId: 'i', category: 'x', severity: 'low' };
      const answer = await intake.recordPolicy(desk, 'cx.IssueRaised.v1', raised, origin);
      expect(answer.status).toBe('rejected');
      expect(await stored()).toEqual([]);
    });
  });
});

/** A store that refuses what it is told to refuse. */
class BusyStore extends MemoryEventStore {
  fault: Error | undefined;

  override append(request: Parameters<MemoryEventStore['append']>[0]) {
    return this.fault === undefined ? super.append(request) : Promise.reject(this.fault);
  }
}

/** A store that answers when it is told to go on. */
class SlowStore extends MemoryEventStore {
  goOn: () => void = () => undefined;
  readonly #released = new Promise<void>((resolve) => (this.goOn = resolve));

  override async append(request: Parameters<MemoryEventStore['append']>[0]) {
    await this.#released;
    return super.append(request);
  }
}
