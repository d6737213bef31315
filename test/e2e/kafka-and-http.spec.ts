import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../kit/api.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { answered, FORMS, sendAs } from '../kit/forms.js';
import type { Form } from '../kit/forms.js';
import { KafkaFixture } from '../kit/kafka-fixture.js';
import { KAFKA_MODES, kafkaMessage } from '../kit/kafka-touchpoint.js';
import { startServer, type TestServer } from '../kit/server.js';
import { issueRaised, type SentEvent } from '../kit/touchpoint.js';

const [TOPIC, GROUP] = ['cx.touchpoints', 'cx-ledger'];

/** What the rival of an event says of its time; the event itself says another. */
const RIVAL_TIME = '2026-01-30T10:00:00Z';

/** How one event is sent: over HTTP in these forms, and over Kafka, one before the other or both at once. */
const ways = fc.record({
  forms: fc.array(fc.constantFrom(...FORMS), { minLength: 1, maxLength: 4 }),
  mode: fc.constantFrom(...KAFKA_MODES),
  first: fc.constantFrom('http', 'kafka', 'neither'),
});

type Ways = typeof ways extends fc.Arbitrary<infer T> ? T : never;

describeWithKafka('the same event over HTTP and Kafka at once', () => {
  let room: KafkaFixture;
  let server: TestServer;
  let api: Api;
  let rounds = 0;

  async function start(folder?: string): Promise<void> {
    const env = { CX_KAFKA: room.broker.address, CX_KAFKA_SESSION_SECONDS: '2' };
    server = await startServer({ folder, env });
    api = new Api(server.url, server.operatorKey);
  }

  beforeAll(async () => {
    room = await KafkaFixture.open({ properties: { 'group.min.session.timeout.ms': '1000' } });
    await start();
    await room.untilTopics(TOPIC);
  }, 360_000);
  afterAll(async () => {
    await server.stop();
    await room.close();
  }, 120_000);

  const overHttp = (event: SentEvent, forms: readonly Form[]) =>
    Promise.all(forms.map((form) => sendAs(form, api, event)));
  const overKafka = (event: SentEvent, mode: 'structured' | 'binary') =>
    room.send(TOPIC, [kafkaMessage(event, mode)]);
  const consumed = () => room.untilConsumed(GROUP, TOPIC);

  /** Both ways of one event; answers with what HTTP said. */
  async function send(http: SentEvent, kafka: SentEvent, { forms, mode, first }: Ways) {
    if (first === 'kafka') await overKafka(kafka, mode);
    const answers = overHttp(http, forms);
    if (first === 'http') await answers;
    if (first !== 'kafka') await overKafka(kafka, mode);
    return answered(await answers);
  }

  const recorded = async (customer: string) => {
    const { body } = await api.ask(`/v1/audit/customers/${customer}/events?limit=1000`);
    return (body.items ?? []) as { event: { id: string }; occurredAt: string }[];
  };
  const letters = async () =>
    (await api.ask('/v1/dead-letters?limit=1000')).body.items as { origin: string; code: string }[];

  it('is recorded once, in whatever forms it comes', async () => {
    const property = fc.asyncProperty(fc.array(ways, { minLength: 15, maxLength: 15 }), async (chosen) => {
      const subject = `c-same-${++rounds}`;
      const events = chosen.map((_, i) => issueRaised(`${subject}-${i}`, { subject }));
      const told = await Promise.all(events.map((event, i) => send(event, event, chosen[i]!)));
      await consumed();
      for (const { recorded = 0, duplicate = 0, ...other } of told) {
        expect(other).toEqual({});
        expect(recorded).toBeLessThanOrEqual(1);
        expect(recorded + duplicate).toBeGreaterThanOrEqual(1);
      }
      const ids = (await recorded(subject)).map(({ event }) => event.id);
      expect(ids.sort()).toEqual(events.map(({ id }) => id as string).sort());
    });
    await fc.assert(property, { numRuns: 8 });
    expect(await letters()).toEqual([]);
  }, 180_000);

  it('with other content under its id is recorded from one of them, and refused from the other', async () => {
    const property = fc.asyncProperty(fc.array(ways, { minLength: 15, maxLength: 15 }), async (chosen) => {
      const subject = `c-other-${++rounds}`;
      const originals = chosen.map((_, i) => issueRaised(`${subject}-${i}`, { subject }));
      const rivals = originals.map((event) => ({ ...event, time: RIVAL_TIME }));
      const before = (await letters()).length;
      const told = await Promise.all(originals.map((event, i) => send(event, rivals[i]!, chosen[i]!)));
      await consumed();
      const kept = await recorded(subject);
      const times = new Map(kept.map(({ event, occurredAt }) => [event.id, Date.parse(occurredAt)]));
      expect([kept.length, times.size]).toEqual([15, 15]);
      const kafkaWon = originals.filter(({ id }) => times.get(id as string) === Date.parse(RIVAL_TIME));
      const refused = (await letters()).slice(before);
      expect(refused.map(({ code }) => code)).toEqual(
        Array.from({ length: 15 - kafkaWon.length }, () => 'id-reused'),
      );
      told.forEach(({ recorded = 0 }, i) =>
        expect([originals[i]!.id, recorded]).toEqual([
          originals[i]!.id,
          kafkaWon.includes(originals[i]!) ? 0 : 1,
        ]),
      );
    });
    await fc.assert(property, { numRuns: 8 });
  }, 180_000);

  it('is recorded once when the server was killed in between and both are sent again', async () => {
    const subject = 'c-killed';
    const events = Array.from({ length: 200 }, (_, i) => issueRaised(`killed-${i}`, { subject }));
    const sending = events.map((event) => sendAs('structured', api, event));
    await room.send(
      TOPIC,
      events.map((event) => kafkaMessage(event)),
    );
    await Promise.any(sending);
    await server.kill();
    await Promise.allSettled(sending);
    await start(server.folder);
    const again = await Promise.all(events.map((event) => sendAs('structured', api, event)));
    await consumed();
    const { recorded: fresh = 0, duplicate = 0, ...other } = answered(again);
    expect([fresh + duplicate, other]).toEqual([200, {}]);
    const ids = (await recorded(subject)).map(({ event }) => event.id);
    expect(ids.sort()).toEqual(events.map(({ id }) => id as string).sort());
  }, 180_000);
});
