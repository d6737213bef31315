import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Consumer, Kafka, KafkaMessage, Producer } from 'kafkajs';
import { kafkaClient } from '#engines/kafka';
import { filesHolding } from '../kit/folder-files.js';
import { Api } from '../kit/api.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { KafkaBroker } from '../kit/kafka-broker.js';
import { startServer, type TestServer } from '../kit/server.js';
import { SILENT } from '../kit/silent-log.js';
import { until } from '../kit/until.js';

const STRUCTURED = { 'content-type': 'application/cloudevents+json' };

const raised = (id: string, more: Record<string, unknown> = {}) => ({
  ...{ specversion: '1.0', type: 'cx.IssueRaised.v1', source: '/desk', id, subject: 'C-1' },
  time: '2026-01-31T11:00:00Z',
  data: { issueId: `I-${id}`, category: 'billing', severity: 'high', description: 'Zephyrine Quartermain' },
  ...more,
});

describeWithKafka('a server with Kafka', () => {
  let broker: KafkaBroker;
  let kafka: Kafka;
  let producer: Producer;
  let server: TestServer;
  let api: Api;
  const consumers: Consumer[] = [];

  beforeAll(async () => {
    broker = await KafkaBroker.start();
    kafka = kafkaClient({ brokers: [broker.address] }, SILENT);
    const env = { CX_KAFKA: broker.address, CX_KAFKA_TENANTS: 'default,acme', CX_BATCH_LIMIT: '20' };
    server = await startServer({ env });
    api = Api.of(server);
    producer = kafka.producer();
    await producer.connect();
    await until('the topics', async () => {
      const admin = kafka.admin();
      await admin.connect();
      const topics = await admin.listTopics();
      await admin.disconnect();
      return ['cx.touchpoints', 'cx.touchpoints.dead', 'cx.recorded', 'cx.views'].every((topic) =>
        topics.includes(topic),
      );
    });
  }, 360_000);
  afterAll(async () => {
    for (const consumer of consumers) await consumer.disconnect();
    await producer.disconnect();
    await server.stop();
    await broker.remove();
  }, 120_000);

  const send = (value: unknown, headers: Record<string, string> = STRUCTURED) =>
    producer.send({
      topic: 'cx.touchpoints',
      messages: [{ value: typeof value === 'string' ? value : JSON.stringify(value), headers }],
    });

  async function read(topic: string): Promise<KafkaMessage[]> {
    const messages: KafkaMessage[] = [];
    const consumer = kafka.consumer({ groupId: `reads-${topic}-${consumers.length}` });
    consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) });
    return messages;
  }

  const issues = async (customer: string) => (await api.ask(`/v1/customers/${customer}/issues`)).body;

  it('takes touchpoints in, structured and binary, and shows them in the views', async () => {
    const { data, ...attributes } = raised('2');
    await send(raised('1'));
    const binary = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)]),
    );
    await send(data, { ...binary, 'content-type': 'application/json' });
    await until('both issues', async () => (await issues('C-1'))?.openCount === 2);
  });

  it('records an event once, over Kafka and HTTP', async () => {
    await send(raised('both', { subject: 'C-2' }));
    await until('the event', async () => (await issues('C-2'))?.openCount === 1);
    const [result] = await api.publish(raised('both', { subject: 'C-2' }));
    expect(result).toMatchObject({ status: 'duplicate' });
  });

  it('takes in more at once than a request may hold', async () => {
    const messages = Array.from({ length: 50 }, (_, i) => ({
      value: JSON.stringify(raised(`many-${i}`, { subject: 'C-4' })),
      headers: STRUCTURED,
      partition: 0,
    }));
    await producer.send({ topic: 'cx.touchpoints', messages });
    await until('all of them', async () => (await issues('C-4'))?.openCount === 50);
  });

  it('puts what cannot be taken in into the dead letters and their topic, lets it be read, retried and deleted', async () => {
    await send('{"specversion":');
    await send(raised('3', { type: 'cx.IssueRaisd.v1' }));
    await send(raised('4', { time: new Date(Date.now() + 3_600_000).toISOString() }));
    const list = async () =>
      (await api.ask('/v1/dead-letters')).body.items as {
        id: string;
        code: string;
        retryAt: string | null;
      }[];
    await until('three letters', async () => (await list()).length === 3);
    const letters = await list();
    expect(letters.map(({ code }) => code)).toEqual(['malformed-json', 'unknown-type', 'time-in-future']);
    expect(letters[2]!.retryAt).not.toBeNull();

    const letter = (await api.ask(`/v1/dead-letters/${letters[1]!.id}`)).body;
    expect(letter.body.event.data.description).toBe('Zephyrine Quartermain');
    expect(await api.ask(`/v1/dead-letters/${letters[1]!.id}/retry`, { method: 'POST' })).toMatchObject({
      status: 422,
      body: { type: expect.stringContaining('retry-refused') },
    });
    expect((await api.ask(`/v1/dead-letters/${letters[0]!.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.ask('/v1/dead-letters/retry', { method: 'POST' })).body).toEqual({
      recorded: 0,
      refused: 2,
    });
    expect((await list()).map(({ code }) => code)).toEqual(['unknown-type', 'time-in-future']);

    const dead = await read('cx.touchpoints.dead');
    await until('their topic', () => dead.length >= 3);
    expect(dead.map(({ headers }) => headers!['cx_dead_code']!.toString())).toEqual([
      'malformed-json',
      'unknown-type',
      'time-in-future',
    ]);
  });

  it('keeps tenants apart', async () => {
    await send(raised('t', { subject: 'C-3' }), { ...STRUCTURED, cx_tenant: 'acme' });
    await send(raised('u', { subject: 'C-3' }), { ...STRUCTURED, cx_tenant: 'stranger' });
    const asked = { key: server.operatorKey, headers: { 'cx-tenant': 'acme' } };
    await until('the event of acme', async () => (await api.ask('/v1/customers/C-3', asked)).status === 200);
    expect((await api.ask('/v1/customers/C-3')).status).toBe(404);
  });

  it('A1: goes on behind records with null headers, and refuses only those without a tenant', async () => {
    const names = ['ce_traceparent', 'content-type', 'cx-undecodable', 'x', 'cx_tenant', 'ce_tenant'];
    broker.sendNullHeaders('cx.touchpoints', JSON.stringify(raised('null-$N', { subject: 'C-5' })), names);
    await send(raised('behind', { subject: 'C-6' }));
    await until('what is behind', async () => (await issues('C-6'))?.openCount === 1);
    await until('the others', async () => (await issues('C-5'))?.openCount === 4);
    const asked = { key: server.operatorKey, headers: { 'cx-tenant': 'default' } };
    expect((await api.ask('/health/ready', asked)).body).toEqual({ status: 'ready' });
  });

  it('A9: refuses bytes that are not UTF-8', async () => {
    const value = Buffer.from(JSON.stringify(raised('latin', { subject: 'Möbius' })), 'latin1');
    await producer.send({ topic: 'cx.touchpoints', messages: [{ value, headers: STRUCTURED }] });
    const codes = async () =>
      ((await api.ask('/v1/dead-letters')).body.items as { code: string }[]).map(({ code }) => code);
    await until('the letter', async () => (await codes()).includes('not-utf8'));
  });

  it('A2: relays the views of more customers than questions may wait', async () => {
    const views = await read('cx.views');
    const customers = Array.from({ length: 400 }, (_, i) => `M-${i}`);
    for (let from = 0; from < customers.length; from += 20) {
      const some = customers.slice(from, from + 20);
      await api.publish(...some.map((subject) => raised(`of-${subject}`, { subject })));
    }
    const keys = () => new Set(views.map(({ key }) => key!.toString()));
    await until(
      'all of them',
      () => customers.every((customer) => keys().has(`default.${customer}`)),
      60_000,
    );
  }, 90_000);

  it('13.3: refuses what is new of an erased customer as a dead letter that nobody can read, and takes a repeat for one', async () => {
    const erased = { subject: 'C-erased' };
    await send(raised('before', erased));
    await until('the event', async () => (await api.ask('/v1/customers/C-erased')).status === 200);
    const erasure = await api.ask('/v1/customers/C-erased/erasure', { json: { reason: 'asked for it' } });
    expect([erasure.status, erasure.body.status]).toEqual([200, 'finished']);
    await send(raised('before', erased));
    await send(raised('after', erased));
    const refused = async () => (await api.ask('/v1/dead-letters?code=customer-erased')).body.items;
    await until('the letter', async () => (await refused()).length > 0);
    const [letter, ...others] = await refused();
    expect([others, (await api.ask(`/v1/dead-letters/${letter.id}`)).body.body]).toEqual([[], null]);
    expect((await api.ask(`/v1/dead-letters/${letter.id}`, { method: 'DELETE' })).status).toBe(204);
    const events = (await api.ask('/v1/audit/customers/C-erased/events')).body.items;
    expect(events.map(({ event }: { event: { id: string; type: string } }) => event.type)).toEqual([
      'cx.IssueRaised.v1',
      'cx.CustomerErased.v1',
    ]);
  });

  it('relays what is recorded and whose views changed', async () => {
    const recorded = await read('cx.recorded');
    const views = await read('cx.views');
    await until('the events', () => recorded.length >= 4);
    await until('the views', () => new Set(views.map(({ key }) => key!.toString())).size >= 3);
    expect(JSON.parse(recorded[0]!.value!.toString())).toMatchObject({
      customer: 'C-1',
      id: '1',
      source: '/desk',
    });
    const last = views.filter(({ key }) => key!.toString() === 'default.C-1').at(-1)!;
    expect(JSON.parse(last.value!.toString())).toMatchObject({ customer: 'C-1', issues: { openCount: 2 } });
  });

  it('writes personal data nowhere in clear but where its publisher put it', () => {
    const named = (bytes: Buffer) => bytes.includes('Zephyrine');
    expect(filesHolding(server.folder, named)).toEqual([]);
    const inBroker = filesHolding(broker.logFolder, named);
    expect(inBroker.filter((path) => !/^cx\.touchpoints-\d+\//.test(path))).toEqual([]);
    expect(server.output()).not.toContain('Zephyrine');
  });
});
