import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { KafkaFixture } from '../kit/kafka-fixture.js';
import { kafkaMessage } from '../kit/kafka-touchpoint.js';
import { ALL_PLANTED, filesWithPlanted, PLANTED, plantedIn } from '../kit/planted.js';
import { REFUSED } from '../kit/refused-events.js';
import { startServer, type TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const DEAD = 'cx.touchpoints.dead';

describeWithKafka('the topic of dead letters', () => {
  let room: KafkaFixture;
  let server: TestServer;
  let api: Api;

  async function start(folder?: string): Promise<void> {
    const env = { CX_KAFKA: room.broker.address, CX_KAFKA_SESSION_SECONDS: '2' };
    server = await startServer({ folder, env });
    api = new Api(server.url, server.operatorKey);
  }

  beforeAll(async () => {
    room = await KafkaFixture.open({ properties: { 'group.min.session.timeout.ms': '1000' } });
    await start();
    await room.untilTopics('cx.touchpoints', DEAD);
  }, 360_000);
  afterAll(async () => {
    await server.stop();
    await room.close();
  }, 120_000);

  const letters = async () => (await api.ask('/v1/dead-letters')).body.items as { id: string }[];

  it('is told of what came while it was missing, also when the server was killed and the letter deleted since', async () => {
    await room.admin.deleteTopics({ topics: [DEAD] });
    await room.send('cx.touchpoints', [
      kafkaMessage(issueRaised('lost', { type: 'cx.IssueRaisd.v1' })),
      kafkaMessage(issueRaised('behind')),
    ]);
    // What is behind the bad record does not wait for the topic.
    await until('the good one', async () => (await api.ask('/v1/customers/c-1')).status === 200);
    const [letter] = await letters();
    await api.ask(`/v1/dead-letters/${letter!.id}`, { method: 'DELETE' });
    await server.kill();
    await start(server.folder);
    await room.untilTopics(DEAD);
    const told = await room.read(DEAD);
    await until('the letter', () => told.length > 0, 60_000);
    const [{ key, value, headers }] = told as [(typeof told)[0]];
    const place = { topic: 'cx.touchpoints', partition: 0, offset: '0' };
    expect(key!.toString()).toBe('cx.touchpoints/0');
    expect(JSON.parse(value!.toString())).toEqual({
      ...{ tenant: 'default', ...place, code: 'unknown-type', detail: expect.any(String) },
    });
    expect(headers!['cx_dead_code']!.toString()).toBe('unknown-type');
    expect(await letters()).toEqual([]);
  }, 120_000);

  it('holds no personal data, whatever was refused', async () => {
    const end = async () => Number((await room.admin.fetchTopicOffsets(DEAD))[0]!.high);
    const before = await end();
    await room.send('cx.touchpoints', [
      ...REFUSED.map((event) => kafkaMessage(event)),
      { ...kafkaMessage(issueRaised('stranger')), headers: { cx_tenant: PLANTED.email } },
      { value: `{"id":"${ALL_PLANTED}`, headers: { 'content-type': 'application/cloudevents+json' } },
      { value: ALL_PLANTED, headers: { 'content-type': ALL_PLANTED } },
    ]);
    await until('all of them', async () => (await end()) >= before + REFUSED.length + 3);
    // Files of the topic that publishers wrote to hold what they wrote.
    const found = filesWithPlanted(room.broker.logFolder);
    expect(found.filter((file) => !/\/cx\.touchpoints-\d+\//.test(file))).toEqual([]);
    expect(filesWithPlanted(server.folder)).toEqual([]);
    expect(plantedIn(Buffer.from(server.output()))).toBeUndefined();
  }, 120_000);
});
