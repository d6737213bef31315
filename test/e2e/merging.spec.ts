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

  it('cannot be merged with themselves, nor the other way round', async () => {
    const itself = await send(merge('m4', 'ann', 'ann'));
    expect([itself.status, itself.body.errors[0].pointer]).toEqual([422, '/data/mergedId']);
    const circle = await send(merge('m5', 'contact:7', 'ann'));
    expect([circle.status, circle.body.type]).toEqual([422, 'urn:cx-ledger:problem:merge-circle']);
  });
});
