import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { KafkaFixture } from '../kit/kafka-fixture.js';
import { kafkaMessage } from '../kit/kafka-touchpoint.js';
import { startServer, type TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const PASSWORD = 'a-password-of-the-test';
const WRONG_PASSWORD = 'another-password-of-the-test';

let server: TestServer | undefined;

async function serve(env: NodeJS.ProcessEnv): Promise<{ api: Api; output: () => string }> {
  server = await startServer({ env });
  return { api: Api.of(server), output: server.output };
}

async function stopServer(): Promise<void> {
  await server?.stop();
  server = undefined;
}

const found = async (api: Api, customer: string) => (await api.ask(`/v1/customers/${customer}`)).status;

/** Takes an event in over Kafka and sends it out again. */
async function expectInAndOut(room: KafkaFixture, api: Api, id: string): Promise<void> {
  await room.untilTopics('cx.touchpoints', 'cx.recorded');
  await room.send('cx.touchpoints', [kafkaMessage(issueRaised(id, { subject: id }))]);
  await until('the event', async () => (await found(api, id)) === 200);
  const recorded = await room.read('cx.recorded');
  await until('the event on its way out', () =>
    recorded.some(({ value }) => JSON.parse(value!.toString()).id === id),
  );
}

/** The server takes an event in over HTTP, and is no member of its group (named as the customer of Kafka's event). */
async function expectHttpAlone(room: KafkaFixture, api: Api, name: string): Promise<void> {
  await api.publish(issueRaised(`http-${name}`, { subject: `${name}-http` }));
  await until('the event over HTTP', async () => (await found(api, `${name}-http`)) === 200);
  expect(await found(api, name)).toBe(404);
  expect((await room.group(name)).members).toEqual([]);
}

describeWithKafka('a server whose brokers want TLS and a login', () => {
  let room: KafkaFixture;
  let right: NodeJS.ProcessEnv;

  beforeAll(async () => {
    room = await KafkaFixture.open({ tls: 'server', user: { name: 'cx', password: PASSWORD } });
    right = {
      ...{ CX_KAFKA: room.broker.address, CX_KAFKA_TLS: 'on', CX_KAFKA_CA_FILE: room.broker.tlsFiles.caFile },
      ...{ CX_KAFKA_SASL: 'scram-sha-512', CX_KAFKA_USER: 'cx', CX_KAFKA_PASSWORD: PASSWORD },
    };
  }, 360_000);
  afterEach(stopServer, 120_000);
  afterAll(() => room.close());

  it('takes events in and sends them out', async () => {
    const { api, output } = await serve(right);
    await expectInAndOut(room, api, 'secured');
    expect(output()).not.toContain(PASSWORD);
  }, 120_000);

  it.each([
    ['is not given their authority', { CX_KAFKA_CA_FILE: '' }, /self-signed certificate/],
    ['has a wrong password', { CX_KAFKA_PASSWORD: WRONG_PASSWORD }, /is not running.*authentication failed/i],
    [
      'does not log in',
      { CX_KAFKA_SASL: '', CX_KAFKA_USER: '', CX_KAFKA_PASSWORD: '' },
      /is not running.*Closed connection .*CX_KAFKA_SASL/,
    ],
    ['speaks no TLS', { CX_KAFKA_TLS: 'off', CX_KAFKA_CA_FILE: '' }, /Closed connection/],
  ])(
    'says why it takes nothing in over Kafka when it %s, and serves HTTP',
    async (what, wrong, reason) => {
      // A group of its own would take everything in from the beginning, could it join.
      const name = what.replaceAll(' ', '-');
      await room.untilTopics('cx.touchpoints');
      await room.send('cx.touchpoints', [kafkaMessage(issueRaised(`kafka-${name}`, { subject: name }))]);
      const { api, output } = await serve({ ...right, ...wrong, CX_KAFKA_GROUP: name });
      await until('the reason', () => reason.test(output()));
      await expectHttpAlone(room, api, name);
      expect(output()).not.toContain(PASSWORD);
      expect(output()).not.toContain(WRONG_PASSWORD);
    },
    120_000,
  );

  it('goes on by itself after its login was refused for a while', async () => {
    const guest = { CX_KAFKA_USER: 'guest', CX_KAFKA_PASSWORD: 'guest-password' };
    room.broker.setPassword('guest', 'guest-password');
    const { api, output } = await serve({ ...right, ...guest, CX_KAFKA_SESSION_SECONDS: '6' });
    await room.send('cx.touchpoints', [kafkaMessage(issueRaised('guest-1', { subject: 'guest-1' }))]);
    await until('the event', async () => (await found(api, 'guest-1')) === 200);
    room.broker.setPassword('guest', 'changed-password');
    await room.broker.stop();
    await room.broker.up();
    await until('the refusal', () => /is not running.*authentication failed/i.test(output()), 60_000);
    await room.send('cx.touchpoints', [kafkaMessage(issueRaised('guest-2', { subject: 'guest-2' }))]);
    room.broker.setPassword('guest', 'guest-password');
    await until('the next event', async () => (await found(api, 'guest-2')) === 200, 60_000);
  }, 180_000);
});

describeWithKafka('a server whose brokers want its certificate', () => {
  let room: KafkaFixture;
  let known: NodeJS.ProcessEnv;

  beforeAll(async () => {
    room = await KafkaFixture.open({ tls: 'mutual' });
    const { caFile, certFile, keyFile } = room.broker.tlsFiles;
    known = {
      ...{ CX_KAFKA: room.broker.address, CX_KAFKA_TLS: 'on', CX_KAFKA_CA_FILE: caFile },
      ...{ CX_KAFKA_CERT_FILE: certFile, CX_KAFKA_KEY_FILE: keyFile },
    };
  }, 360_000);
  afterEach(stopServer, 120_000);
  afterAll(() => room.close());

  it('takes events in and sends them out', async () => {
    const { api } = await serve(known);
    await expectInAndOut(room, api, 'certified');
  }, 120_000);

  it('says why it takes nothing in over Kafka when it shows none, and serves HTTP', async () => {
    const none = { CX_KAFKA_CERT_FILE: '', CX_KAFKA_KEY_FILE: '', CX_KAFKA_GROUP: 'uncertified' };
    const { api, output } = await serve({ ...known, ...none });
    await until('the reason', () => /bad certificate|certificate required/.test(output()));
    await expectHttpAlone(room, api, 'uncertified');
  }, 120_000);
});
