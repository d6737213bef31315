import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { until } from '../../../../test/kit/until.js';
import { UnsentAnswers } from './unsent-answers.js';

const LARGE = 40_000_000;

/** A server with one large answer, and a client that asks for it and takes none of it. */
async function withLargeAnswer(unsent: UnsentAnswers) {
  const instance = fastify();
  unsent.watch(instance);
  instance.get('/', () => 'x'.repeat(LARGE));
  instance.get('/small', () => 'y');
  await instance.listen({ port: 0, host: '127.0.0.1' });
  const { port } = instance.server.address() as AddressInfo;
  const slow = connect(port, '127.0.0.1');
  slow.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(slow, 'readable');
  return { instance, slow, url: `http://127.0.0.1:${port}` };
}

describe('answers that clients have not taken', () => {
  it('C8: are counted until they are taken, and bounded for all connections together', async () => {
    const unsent = new UnsentAnswers(LARGE + 1_000);
    const { instance, slow, url } = await withLargeAnswer(unsent);
    expect(unsent.unsent).toBe(LARGE);
    const refused = await fetch(url);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ type: 'urn:cx-ledger:problem:overloaded' });
    expect((await fetch(`${url}/small`)).status).toBe(200);
    slow.destroy();
    await until('the answer is given up', () => unsent.unsent === 0);
    await instance.close();
  });

  it('C8: end the connection of a client that does not take them in time', async () => {
    const unsent = new UnsentAnswers(10 * LARGE, 50);
    const { instance, slow } = await withLargeAnswer(unsent);
    slow.on('error', () => undefined).resume();
    await once(slow, 'close');
    await until('the answer is given up', () => unsent.unsent === 0);
    await instance.close();
  });
});
