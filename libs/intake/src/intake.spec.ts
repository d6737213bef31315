import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type Json } from '#event-sourcing';
import { type StoredEvent } from '#event-store';
import { openEvent } from '#privacy';
import { filesHolding } from '../../../test/kit/folder-files.js';
import { IntakeFixture, STORES } from '../../../test/kit/intake-fixture.js';
import { issueRaised, sentEvent } from '../../../test/kit/touchpoint.js';

const desk = { tenant: 'default', id: 'key-desk' };
const text = ({ bytes }: StoredEvent) => Buffer.from(bytes).toString('utf8');

describe.each(STORES)('the intake before %s', (_name, openStore) => {
  const room = IntakeFixture.forEachTest(openStore);

  describe('what is recorded', () => {
    it('is the envelope, as agreed, with what was sent', async () => {
      const sent = issueRaised('1', { sequence: '17', correlationid: 'call-9', causationid: 'e-8' });
      const answers = await room.intake.record(desk, [sent]);
      expect(answers).toEqual([{ status: 'recorded', id: '1', position: 1n, revision: 0 }]);
      expect(await room.recorded()).toEqual([
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
        issueId: 'ü "quoted"',
        category: '\\ \u2028',
        severity: 'low',
        description: 'd',
        zeta: [1, { b: 1, a: 2 }],
      };
      await room.intake.record(desk, [
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
      const all = await room.stored();
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
      await room.intake.record(desk, [issueRaised('1', { data, traceparent: '00-1', agentmood: 'fine' })]);
      const [event] = await room.recorded();
      const [own] = await room.keys.find([{ tenant: 'default', customer: 'c-1' }]);
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
      const answers = await room.intake.record(desk, everywhere);
      expect(answers.map(({ status }) => status)).toEqual([
        'recorded',
        'recorded',
        'recorded',
        'recorded',
        'recorded',
      ]);
      for (const event of await room.stored()) expect(text(event)).not.toContain(planted);
      expect(filesHolding(room.folder, (bytes) => bytes.includes(planted))).toEqual([]);
    });

    it('stands in the stream of its customer, and of its tenant', async () => {
      const other = { tenant: 'other', id: 'k' };
      await room.intake.record(desk, [issueRaised('1'), issueRaised('2', { subject: 'a/b' })]);
      expect(await room.intake.record(other, [issueRaised('1')])).toMatchObject([
        { status: 'recorded', position: 3n },
      ]);
      expect(await room.store.streamHead('customer-default.c-1')).toBe(0);
      expect(await room.store.streamHead('customer-default.a%2Fb')).toBe(0);
      expect(await room.store.streamHead('customer-other.c-1')).toBe(0);
    });

    it('may be as large as CloudEvents asks for, and larger up to the limit', async () => {
      const remark = (length: number) => ({
        issueId: 'i',
        category: 'x',
        severity: 'low',
        room: 'x'.repeat(length),
      });
      const small = room.another({ limits: { bytesPerEvent: 70_000 } });
      expect(await room.intake.record(desk, [issueRaised('1', { data: remark(65_536) })])).toMatchObject([
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

  describe('wrong input', () => {
    it('is refused where it stands, with every fault, and the others are recorded', async () => {
      const wrong = issueRaised('2', {
        time: 'yesterday',
        data: { issueId: 'i', category: 'x', severity: 'huge' },
      });
      const answers = await room.intake.record(desk, [issueRaised('1'), wrong, 'no event', issueRaised('4')]);
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
      expect(await room.intake.record(desk, [issueRaised('1', change)])).toMatchObject([
        { problem: { code } },
      ]);
    });

    it('makes no keys for a customer of whom nothing was taken', async () => {
      await room.intake.record(desk, [issueRaised('1', { time: 'yesterday' })]);
      expect(await room.keys.find([{ tenant: 'default', customer: 'c-1' }])).toEqual([undefined]);
    });

    it('is too much when there are more events than a request may hold', async () => {
      const small = room.another({ limits: { eventsPerRequest: 2 } });
      const three = [issueRaised('1'), issueRaised('2'), issueRaised('3')];
      const refused = small.record(desk, three);
      await expect(refused).rejects.toMatchObject({ code: 'too-many-events' });
      await expect(refused).rejects.toThrow('at most 2 events, this one 3');
      expect(await small.record(desk, three.slice(1))).toHaveLength(2);
      expect(await small.record(desk, [])).toEqual([]);
    });
  });

  describe('policies', () => {
    const policy = { policy: 'sla', version: 1, effectiveFrom: '2026-01-01T00:00:00Z' };
    const scoring = { policy: 'intimacy', version: 3, preset: 'customer-intimacy' };
    const origin = { source: '/cx/policies', id: 'scoring-3' };

    it('are not taken among the events of publishers', async () => {
      const sent = sentEvent('cx.ScoringPolicyPublished.v1', '1', scoring, { subject: undefined });
      expect(await room.intake.record(desk, [sent])).toMatchObject([
        { status: 'rejected', problem: { code: 'wrong-endpoint', errors: [{ pointer: '/type' }] } },
      ]);
    });

    it('are recorded in the stream of the tenant, once', async () => {
      const record = () => room.intake.recordPolicy(desk, 'cx.ScoringPolicyPublished.v1', scoring, origin);
      expect(await record()).toEqual({ status: 'recorded', id: 'scoring-3', position: 1n, revision: 0 });
      expect(await room.store.streamHead('tenant-default')).toBe(0);
      const [event] = await room.recorded();
      expect(event).toMatchObject({ occurredAt: '2026-02-01T12:00:00.000Z', source: '/cx/policies' });
      expect(event).not.toHaveProperty('customer');
      expect(event!.data).toEqual(scoring);
      expect(await record()).toMatchObject({ status: 'duplicate', position: 1n });
    });

    it('are checked like events', async () => {
      expect(
        await room.intake.recordPolicy(desk, 'cx.ScoringPolicyPublished.v1', policy, origin),
      ).toMatchObject({
        status: 'recorded',
      });
      const wrong = { ...scoring, preset: 'cheapest' };
      expect(
        await room.intake.recordPolicy(desk, 'cx.ScoringPolicyPublished.v1', wrong, { ...origin, id: '2' }),
      ).toMatchObject({
        status: 'rejected',
        problem: { code: 'invalid-event', errors: [{ pointer: '/data/preset' }] },
      });
    });

    it('are the only thing that comes in by their way', async () => {
      const raised = { issueId: 'i', category: 'x', severity: 'low' };
      const answer = await room.intake.recordPolicy(desk, 'cx.IssueRaised.v1', raised, origin);
      expect(answer.status).toBe('rejected');
      expect(await room.stored()).toEqual([]);
    });
  });

  describe('alerts', () => {
    const alert = (id: string) => ({
      ...{ specversion: '1.0', type: 'cx.AlertRaised.v1', source: '/v1/alerts', id: `${id}/raised` },
      ...{ time: '2026-02-01T12:00:00Z', data: { alertId: id, rule: 'late', kind: 'breached' } },
    });

    it('are recorded only where nobody has written to the tenant’s stream since: of two who look, one writes', async () => {
      const first = await room.intake.recordAlerts(desk, [alert('a'), alert('b')], 'no-stream');
      expect(first).toMatchObject([
        { status: 'recorded', revision: 0 },
        { status: 'recorded', revision: 1 },
      ]);
      await expect(room.intake.recordAlerts(desk, [alert('c')], 'no-stream')).rejects.toMatchObject({
        code: 'revision-conflict',
      });
      expect(await room.stored()).toHaveLength(2);
      expect(await room.intake.recordAlerts(desk, [alert('c')], 1)).toMatchObject([{ revision: 2 }]);
    });

    it('are all that comes in by their way', async () => {
      const [answer] = await room.intake.recordAlerts(desk, [issueRaised('1')], 'no-stream');
      expect(answer).toMatchObject({ status: 'rejected' });
      expect(await room.stored()).toEqual([]);
    });
  });
});
