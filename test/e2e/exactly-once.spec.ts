import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../kit/api.js';
import type { ApiAnswer } from '../kit/api.js';
import { answered, FORMS, sendAs } from '../kit/forms.js';
import type { Form } from '../kit/forms.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import type { SentEvent } from '../kit/touchpoint.js';

describe('the same event', () => {
  let server: TestServer;
  let api: Api;

  const start = async (folder?: string) => {
    server = await startServer({ folder });
    api = new Api(server.url, server.operatorKey);
  };
  beforeAll(() => start());
  afterAll(() => server.stop());

  const send = (form: Form, event: SentEvent) => sendAs(form, api, event);

  const positionsIn = (answers: readonly ApiAnswer[]) =>
    new Set(
      answers.flatMap(({ body }) =>
        ((body.results ?? [body]) as { position?: string }[]).flatMap(({ position }) => position ?? []),
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
      expect(answered(answers)).toEqual({ recorded: 1, duplicate: events - 1 });
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
      const { recorded, duplicate } = answered(answers);
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
        const { recorded, duplicate } = answered([answer]);
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
    expect(answered(await Promise.all(sent))).toEqual({ recorded: 1, duplicate: 19, 'id-reused': 20 });
    expect(await recordedOf('c-rivals')).toHaveLength(1);
  });

  it('of another source, or of another tenant, is another event', async () => {
    const event = issueRaised('shared', { subject: 'c-shared' });
    await api.publish(event);
    const [other] = await api.publish({ ...event, source: '/shop' });
    expect(other!.status).toBe('recorded');
    const headers = { 'cx-tenant': 'elsewhere' };
    await api.ask('/v1/tenants', { json: { tenant: 'elsewhere' } });
    const { body } = await api.ask('/v1/events', { headers, json: event });
    expect(body.results[0].status).toBe('recorded');
    expect(await recordedOf('c-shared')).toHaveLength(2);
  });
});
