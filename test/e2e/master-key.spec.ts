import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Api } from '../kit/api.js';
import { newDataFolder, startServer, type TestServer } from '../kit/server.js';

const raised = (id: string) => ({
  ...{ specversion: '1.0', type: 'cx.IssueRaised.v1', source: '/desk', id, subject: `C-${id}` },
  time: '2026-01-31T11:00:00Z',
  data: { issueId: 'I-1', category: 'billing', severity: 'high', description: `secret ${id}` },
});

describe('the master key', () => {
  let folder: string;
  let file: string;
  let server: TestServer;

  const start = async () => {
    server = await startServer({ folder, env: { CX_MASTER_KEY: '' } });
    return new Api(server.url, server.operatorKey);
  };
  const description = async (api: Api, id: string) =>
    (await api.ask(`/v1/audit/customers/C-${id}/events?open=true`)).body.items[0].opened.data.description;

  beforeEach(() => {
    folder = newDataFolder();
    file = join(dirname(folder), '.cx-master-data.key');
  });
  afterEach(async () => {
    await server.stop();
    rmSync(dirname(folder), { recursive: true, force: true });
  });

  it('is changed while the server runs: what was sealed before and after opens, now and after a restart', async () => {
    let api = await start();
    await api.publish(raised('1'), raised('2'));
    const before = readFileSync(file, 'utf8');
    const rotating = api.ask('/v1/keys/rotate-master', { method: 'POST' });
    await api.publish(raised('3'));
    expect((await rotating).body.file).toBe(file);
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.next`)).toBe(false);
    expect(await description(api, '1')).toBe('secret 1');
    await server.stop();
    api = await start();
    for (const id of ['1', '2', '3']) expect(await description(api, id)).toBe(`secret ${id}`);
  });

  it('is for the operator to change, not for the admin of a tenant', async () => {
    server = await startServer({ folder });
    const answer = await Api.of(server).ask('/v1/keys/rotate-master', { method: 'POST' });
    expect(answer).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('operator') },
    });
  });
});
