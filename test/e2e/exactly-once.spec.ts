import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../kit/api.js';
import type { ApiAnswer } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import type { SentEvent } from '../kit/touchpoint.js';

type Result = {
  readonly id: string;
  readonly status: string;
  readonly position?: string;
  readonly problem?: { type: string };
};

/** Every form in which one event may be sent. */
const FORMS = ['structured', 'binary', 'batch', 'twice in a batch', 'atomic', 'plain', 'lines'] as const;
type Form = (typeof FORMS)[number];

describe('the same event', () => {
  let server: TestServer;
  let api: Api;

  const start = async (folder?: string) => {
    server = await startServer({ folder });
    api = new Api(server.url, server.operatorKey);
  };
  beforeAll(() => start());
  afterAll(() => server.stop());

  function send(form: Form, event: SentEvent): Promise<ApiAnswer> {
    const { data, ...attributes } = event;
    const type = (name: string) => ({ 'content-type': name });
    const batch = type('application/cloudevents-batch+json');
    switch (form) {
      case 'structured':
        return api.ask('/v1/events', {
          headers: type('application/cloudevents+json'),
          body: JSON.stringify(event),
        });
      case 'binary': {
        const entries = Object.entries(attributes).map(([name, value]) => [
          `ce-${name}`,
          encodeURIComponent(String(value)),
        ]);
        const headers = { ...Object.fromEntries(entries), ...type('application/json') };
        return api.ask('/v1/events', { headers, body: JSON.stringify(data) });
      }
      case 'batch':
        return api.ask('/v1/events', { headers: batch, body: JSON.stringify([event]) });
      case 'twice in a batch':
        return api.ask('/v1/events', { headers: batch, body: JSON.stringify([event, event]) });
      case 'atomic':
        return api.ask('/v1/events?atomic=true', { headers: batch, body: JSON.stringify([event]) });
      case 'plain':
        return api.ask('/v1/events', { json: event });
      case 'lines':
        return api.ask('/v1/events', {
          headers: type('application/x-ndjson'),
          body: `${JSON.stringify(event)}\n`,
        });
    }
  }

  /** How often each status was answered. A stream counts, all else answers event by event. */
  function tally(answers: readonly ApiAnswer[]): Record<string, number> {
    const counts: Record<string, number> = {};
    const count = (status: string, times = 1) => {
      if (times > 0) counts[status] = (counts[status] ?? 0) + times;
    };
    for (const { status, body } of answers) {
      if (status !== 200) count(String(body.type).split(':').at(-1)!);
      else if (Array.isArray(body.results))
        for (const result of body.results as Result[]) count(result.status);
      else {
        count('recorded', body.recorded);
        count('duplicate', body.duplicates);
        count('rejected', body.rejected);
      }
    }
    return counts;
  }

  const positionsIn = (answers: readonly ApiAnswer[]) =>
    new Set(
      answers.flatMap(({ body }) =>
        ((body.results ?? [body]) as Result[]).flatMap(({ position }) => position ?? []),
      ),
    );

  const recordedOf = async (customer: string) => {
    const { body } = await api.ask(`/v1/audit/customers/${customer}/events`);
    return (body.items ?? []) as { position: string; event: { id: string } }[];
  };

  it('is recorded once, in whatever forms it comes twenty times at once', async () => {
    const forms = fc.array(fc.constantFrom(...FORMS), { minLength: 20, maxLength: 20 });
    let round = 0;
    const property = fc.asyncProperty(forms, async (chosen) => {
      const subject = `c-forms-${++round}`;
      const event = issueRaised(`forms-${round}`, { subject });
      const answers = await Promise.all(chosen.map((form) => send(form, event)));
      const events = 20 + chosen.filter((form) => form === 'twice in a batch').length;
      expect(tally(answers)).toEqual({ recorded: 1, duplicate: events - 1 });
      const recorded = await recordedOf(subject);
      expect(recorded).toHaveLength(1);
      expect([...positionsIn(answers)].filter((position) => position !== recorded[0]!.position)).toEqual([]);
    });
    await fc.assert(property, { numRuns: 15 });
  });

  it.each(FORMS)(
    'sent as %s is a duplicate at its first position after the server was killed',
    async (form) => {
      const event = issueRaised(`killed-${form}`, { subject: 'c-killed' });
      const [first] = await api.publish(event);
      await server.kill();
      await start(server.folder);
      const answers = await Promise.all([send(form, event), send('structured', event)]);
      const { recorded, duplicate } = tally(answers);
      expect([recorded, duplicate]).toEqual([undefined, form === 'twice in a batch' ? 3 : 2]);
      expect([...positionsIn(answers)]).toEqual([first!.position]);
    },
  );

  it.each(FORMS)(
    'under its id, other content sent as %s is refused and nothing of it recorded',
    async (form) => {
      const subject = `c-other-${FORMS.indexOf(form)}`;
      const id = `other-${form}`;
      await api.publish(issueRaised(id, { subject }));
      const changes: readonly SentEvent[] = [
        { data: { issueId: `issue-${id}`, category: 'refund', severity: 'low' } },
        { time: '2026-01-31T10:00:01+01:00' },
        { type: 'cx.ContactStarted.v1', data: { contactId: 'x', channel: 'phone', direction: 'inbound' } },
        { subject: `${subject}-2` },
      ];
      for (const change of changes) {
        const answer = await send(form, issueRaised(id, { subject, ...change }));
        const { recorded, duplicate } = tally([answer]);
        expect([change, recorded, duplicate]).toEqual([change, undefined, undefined]);
        expect(answer.text).toMatch(/id-reused/);
      }
      expect(await recordedOf(subject)).toHaveLength(1);
      expect(await recordedOf(`${subject}-2`)).toHaveLength(0);
    },
  );

  it('and another under its id, both twenty times at once: one of them is recorded, once', async () => {
    const event = issueRaised('rivals', { subject: 'c-rivals' });
    const rival = issueRaised('rivals', { subject: 'c-rivals', time: '2026-01-30T10:00:00Z' });
    const sent = Array.from({ length: 40 }, (_, i) => send('structured', i % 2 === 0 ? event : rival));
    expect(tally(await Promise.all(sent))).toEqual({ recorded: 1, duplicate: 19, 'id-reused': 20 });
    expect(await recordedOf('c-rivals')).toHaveLength(1);
  });

  it('of another source, or of another tenant, is another event', async () => {
    const event = issueRaised('shared', { subject: 'c-shared' });
    await api.publish(event);
    const [other] = await api.publish({ ...event, source: '/shop' });
    expect(other!.status).toBe('recorded');
    const headers = { 'cx-tenant': 'elsewhere' };
    const { body } = await api.ask('/v1/events', { headers, json: event });
    expect(body.results[0].status).toBe('recorded');
    expect(await recordedOf('c-shared')).toHaveLength(2);
  });
});
