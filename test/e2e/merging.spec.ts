import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';

describe('merged customers over HTTP', () => {
  let server: TestServer;
  let api: Api;

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  const merge = (id: string, subject: string, mergedId: string) =>
    sentEvent('cx.CustomersMerged.v1', id, { mergedId }, { subject });
  const send = (event: object) => api.ask('/v1/events', { json: event });

  it('are read as one under the survivor, whichever id is asked for', async () => {
    const results = await api.publish(
      issueRaised('m1', { subject: 'ann' }),
      issueRaised('m2', { subject: 'contact:7' }),
      merge('m3', 'ann', 'contact:7'),
    );
    const after = results.at(-1)!.position;
    const survivor = await api.ask(`/v1/customers/ann/issues?after=${after}`);
    expect(survivor.body).toMatchObject({ customer: 'ann', openCount: 2 });
    const merged = await api.ask(`/v1/customers/contact%3A7/issues?after=${after}`);
    expect(merged.body).toMatchObject({ customer: 'ann', mergedInto: 'ann', openCount: 2 });
  });

  it('cannot be merged with themselves', async () => {
    const itself = await send(merge('m4', 'ann', 'ann'));
    expect([itself.status, itself.body.errors[0].pointer]).toEqual([422, '/data/mergedId']);
  });

  it('A6: end the same in whichever order target, retraction and merge come, without a wait between', async () => {
    const events = (customer: string) => [
      issueRaised(`target-${customer}`, { subject: `${customer}-old` }),
      sentEvent(
        'cx.EventRetracted.v1',
        `retraction-${customer}`,
        { eventSource: '/crm', eventId: `target-${customer}`, reason: 'sent by mistake' },
        { subject: customer },
      ),
      merge(`merge-${customer}`, customer, `${customer}-old`),
    ];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const customer = `order-${order.join('')}`;
      let after = '';
      for (const index of order) {
        const { body, status } = await send(events(customer)[index]!);
        expect([order, status]).toEqual([order, 200]);
        after = body.results[0].position;
      }
      const { body } = await api.ask(`/v1/customers/${customer}/issues?after=${after}`);
      expect([order, body.openCount]).toEqual([order, 0]);
      expect((await api.ask(`/v1/customers/${customer}-old`)).body.mergedInto).toBe(customer);
    }
  });

  it('A6: end the same where two merges contradict each other: business order decides', async () => {
    const contradicting = (ann: string, bob: string) => [
      sentEvent(
        'cx.CustomersMerged.v1',
        `1-${ann}`,
        { mergedId: bob },
        { subject: ann, time: '2026-01-01T10:00:00Z' },
      ),
      sentEvent(
        'cx.CustomersMerged.v1',
        `2-${ann}`,
        { mergedId: ann },
        { subject: bob, time: '2026-01-02T10:00:00Z' },
      ),
    ];
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const [ann, bob] = [`ann-${order.join('')}`, `bob-${order.join('')}`];
      await api.publish(issueRaised(`of-${bob}`, { subject: bob }));
      let after = '';
      for (const index of order) after = (await api.publish(contradicting(ann, bob)[index]!))[0]!.position!;
      const { body } = await api.ask(`/v1/customers/${bob}?after=${after}`);
      expect([order, body.customer]).toEqual([order, ann]);
    }
  });
});
