import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithSmallDisk } from '../crash/describe-with-small-disk.js';
import { SmallDisk } from '../crash/small-disk.js';
import { Api } from '../kit/api.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { KafkaFixture } from '../kit/kafka-fixture.js';
import { kafkaMessage } from '../kit/kafka-touchpoint.js';
import { startServer, type TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const [TOPIC, GROUP] = ['cx.touchpoints', 'cx-ledger'];

describeWithKafka('readiness of a server with Kafka', () => {
  let room: KafkaFixture;
  beforeAll(async () => {
    room = await KafkaFixture.open({ properties: { 'group.min.session.timeout.ms': '1000' } });
  }, 360_000);
  afterAll(() => room.close(), 120_000);

  const start = (env: NodeJS.ProcessEnv = {}) =>
    startServer({
      env: { CX_KAFKA: room.broker.address, CX_KAFKA_SESSION_SECONDS: '2', ...env },
    });
  const ready = (server: TestServer) => Api.of(server).ask('/health/ready');

  describeWithSmallDisk('beside a disk that gets full', () => {
    it('A1: says 503 with the partition and the reason while it does not move, and ready once it does', async () => {
      const disk = SmallDisk.mount(32);
      // Each new customer needs a key, and there is no room for keys: the partition waits, HTTP goes on.
      const server = await start({ CX_KEYS: `embedded:${join(disk.path, 'keys')}` });
      await room.untilTopics(TOPIC);
      disk.fillBut(1);
      const customers = Array.from({ length: 12_000 }, (_, i) => `new-${i}`);
      const events = customers.map((subject) =>
        issueRaised(`of-${subject}`, {
          subject,
          data: { issueId: 'I', category: 'refund', severity: 'low', description: 'words' },
        }),
      );
      const messages = events.map((event) => ({ ...kafkaMessage(event), partition: 0 }));
      for (let from = 0; from < messages.length; from += 1_000)
        await room.send(TOPIC, messages.slice(from, from + 1_000));
      await until('503', async () => (await ready(server)).status === 503, 60_000);
      const { body } = await ready(server);
      expect(body.detail).toBe(
        'not working now: kafka cx.touchpoints/0 (waits for the store: key-store-full)',
      );
      disk.makeRoom();
      await room.untilConsumed(GROUP, TOPIC);
      await until('200', async () => (await ready(server)).status === 200);
      expect((await Api.of(server).ask('/v1/dead-letters')).body.items).toEqual([]);
      await server.stop();
      disk.remove();
    }, 180_000);
  });

  it('A1, rudder 4953: says for how long no broker has answered, and is ready all the same: HTTP and the views go on', async () => {
    const server = await start();
    await until('the group', async () => (await ready(server)).body.degraded === undefined);
    await room.broker.stop();
    const silent = /^kafka intake \((the brokers have not answered for \d+ s|no group joined)\)$/;
    await until('the word of it', async () => {
      const { body } = await ready(server);
      return (body.degraded ?? []).some((words: string) => silent.test(words));
    });
    expect((await ready(server)).status).toBe(200);
    const [recorded] = await Api.of(server).publish(issueRaised('meanwhile', { subject: 'c-meanwhile' }));
    expect(recorded).toMatchObject({ status: 'recorded' });
    const seen = await Api.of(server).ask(`/v1/customers/c-meanwhile/issues?after=${recorded!.position}`);
    expect([seen.status, seen.body.openCount]).toEqual([200, 1]);
    await room.broker.up();
    await until('the brokers', async () => (await ready(server)).body.degraded === undefined, 90_000);
    await server.stop();
  }, 180_000);
});
