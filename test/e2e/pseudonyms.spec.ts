import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { filesWithPlanted, PLANTED, plantedIn } from '../kit/planted.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';

const { email, phone } = PLANTED;
const path = (id: string, rest = '') => `/v1/customers/${encodeURIComponent(id)}${rest}`;

describe('a tenant whose customers have pseudonyms', () => {
  let server: TestServer;
  let acme: Api;

  beforeAll(async () => {
    server = await startServer({ env: { CX_PSEUDONYM_TENANTS: 'acme', CX_LOG: 'debug' } });
    acme = new Api(server.url, await new Api(server.url, server.operatorKey).mint(['admin'], 'acme'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dirname(server.folder), { recursive: true });
  });

  it('goes on using their e-mail addresses, in events and in reads', async () => {
    const [first] = await acme.publish(issueRaised('1', { subject: email }));
    const [again] = await acme.publish(issueRaised('1', { subject: email.toUpperCase() }));
    expect([first!.status, again!.status, again!.position]).toEqual([
      'recorded',
      'duplicate',
      first!.position,
    ]);
    const { status, body, text } = await acme.ask(path(email, `?after=${first!.position}`));
    expect([status, body.customer]).toEqual([200, expect.stringMatching(/^pn_[\w-]{43}$/)]);
    expect(body.issues.openCount).toBe(1);
    expect(plantedIn(Buffer.from(text))).toBeUndefined();
    expect((await acme.ask(path(body.customer))).body.customer).toBe(body.customer);
    const audit = await acme.ask(`/v1/audit/customers/${encodeURIComponent(email)}/events?open=true`);
    expect(audit.body.items).toHaveLength(1);
    const readings = await acme.ask(`/v1/audit/access?customer=${encodeURIComponent(email)}`);
    expect(readings.body.items).toMatchObject([{ customer: body.customer, records: 1 }]);
  });

  it('merges a telephone number into an address', async () => {
    await acme.publish(issueRaised('2', { subject: phone }));
    const merge = sentEvent('cx.CustomersMerged.v1', 'merge', { mergedId: phone }, { subject: email });
    const [merged] = await acme.publish(merge);
    const { body } = await acme.ask(path(phone, `/issues?after=${merged!.position}`));
    expect(body.openCount).toBe(2);
    expect(body.mergedInto).toBe((await acme.ask(path(email))).body.customer);
  });

  it('C22: has pseudonyms for every other identifier, also where a retraction names an event', async () => {
    const data = { issueId: 'i-22', category: 'billing', severity: 'low', contactId: phone, team: email };
    const source = `mailto:${email}`;
    const raised = sentEvent('cx.IssueRaised.v1', email, data, { subject: 'c-22', source });
    const [first] = await acme.publish(raised);
    expect(first).toMatchObject({ status: 'recorded', id: email });
    expect(await acme.publish(raised)).toMatchObject([{ status: 'duplicate', position: first!.position }]);
    const target = { eventSource: source, eventId: email, reason: 'sent by mistake' };
    const [last] = await acme.publish(sentEvent('cx.EventRetracted.v1', 'r-22', target, { subject: 'c-22' }));
    const { body } = await acme.ask(`/v1/customers/c-22/issues?after=${last!.position}`);
    expect(body.openCount).toBe(0);
  });

  it('is alone in that: others are told to send another id', async () => {
    const other = new Api(server.url, server.key);
    const { status, body } = await other.ask('/v1/events', { json: issueRaised('3', { subject: email }) });
    expect([status, body.type]).toEqual([422, 'urn:cx-ledger:problem:personal-identifier']);
    expect((await other.ask(path(email))).status).toBe(404);
  });

  it('has the clear identifiers nowhere on disk, nor in the log', async () => {
    await server.stop();
    expect(filesWithPlanted(dirname(server.folder))).toEqual([]);
    expect(plantedIn(Buffer.from(server.output()))).toBeUndefined();
  });
});
