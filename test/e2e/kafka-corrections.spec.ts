import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../kit/api.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { KafkaFixture } from '../kit/kafka-fixture.js';
import { kafkaMessage } from '../kit/kafka-touchpoint.js';
import { startServer, type TestServer } from '../kit/server.js';
import { issueRaised, sentEvent, type SentEvent } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const [TOPIC, GROUP] = ['cx.touchpoints', 'cx-ledger'];
/** Rows that are being derived while the events come: views are behind by as much. */
const BACKLOG = 4_000;

/**
 * Each depends on those before it: an issue of an identity, its merge into another one, the retraction of the issue by
 * the survivor, the unmerge, and a second issue of the identity that is its own again.
 */
const chain = (customer: string): readonly SentEvent[] => {
  const [old, at] = [`${customer}-old`, (minute: number) => `2026-01-31T10:0${minute}:00Z`];
  const link = (name: string, minute: number) =>
    sentEvent(
      `cx.${name}.v1`,
      `${name}-${customer}`,
      { mergedId: old },
      { subject: customer, time: at(minute) },
    );
  return [
    issueRaised(`first-${customer}`, { subject: old, time: at(0) }),
    link('CustomersMerged', 1),
    sentEvent(
      'cx.EventRetracted.v1',
      `retraction-${customer}`,
      { eventSource: '/crm', eventId: `first-${customer}`, reason: 'sent by mistake' },
      { subject: customer, time: at(2) },
    ),
    issueRaised(`second-${customer}`, { subject: customer, time: at(3) }),
    link('CustomersUnmerged', 4),
    issueRaised(`third-${customer}`, { subject: old, time: at(5) }),
  ];
};

describeWithKafka('corrections over Kafka and HTTP', () => {
  let room: KafkaFixture;
  let server: TestServer;
  let api: Api;
  let rounds = 0;

  beforeAll(async () => {
    room = await KafkaFixture.open();
    server = await startServer({ env: { CX_KAFKA: room.broker.address } });
    api = new Api(server.url, server.operatorKey);
    await room.untilTopics(TOPIC);
  }, 360_000);
  afterAll(async () => {
    await server.stop();
    await room.close();
  }, 120_000);

  it('A6: are accepted right after what they depend on was acknowledged, however far behind the views are', async () => {
    const ways = fc.array(fc.constantFrom('http', 'kafka'), { minLength: 6, maxLength: 6 });
    const runs = fc.array(ways, { minLength: 10, maxLength: 10 });
    const property = fc.asyncProperty(runs, async (chosen) => {
      const round = ++rounds;
      const others = Array.from({ length: BACKLOG }, (_, i) =>
        issueRaised(`backlog-${round}-${i}`, { subject: `other-${i % 400}` }),
      );
      await api.publish(...others);
      const customers = chosen.map((_, i) => `c-${round}-${i}`);
      await Promise.all(
        customers.map(async (customer, i) => {
          for (const [step, event] of chain(customer).entries()) {
            if (chosen[i]![step] === 'kafka')
              await room.send(TOPIC, [{ ...kafkaMessage(event), partition: 0 }]);
            else await api.publish(event);
          }
        }),
      );
      await room.untilConsumed(GROUP, TOPIC);
      expect((await api.ask('/v1/dead-letters')).body.items).toEqual([]);
      await until(
        'the views',
        async () => (await api.ask('/v1/projections')).body.items[0].eventsBehind === 0,
        90_000,
      );
      const open = async (customer: string): Promise<readonly string[]> => {
        const { body } = await api.ask(`/v1/customers/${customer}/issues`);
        return (body.open as { issueId: string }[]).map(({ issueId }) => issueId).sort();
      };
      for (const customer of customers) {
        expect([customer, await open(customer)]).toEqual([customer, [`issue-second-${customer}`]]);
        // A retraction counts for the one person that its sender and its target are: now they are two again.
        expect([customer, await open(`${customer}-old`)]).toEqual([
          customer,
          [`issue-first-${customer}`, `issue-third-${customer}`],
        ]);
      }
    });
    await fc.assert(property, { numRuns: 3, endOnFailure: true });
  }, 240_000);
});
