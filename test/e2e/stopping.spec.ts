import { request } from 'node:http';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

describe('stopping the server', () => {
  it('stores what was acknowledged, refuses what was not, and leaves no trace of running', async () => {
    const first = await startServer();
    const api = Api.of(first);
    const acknowledged: string[] = [];
    const refused = new Set<number | string>();
    let stopping: Promise<number | null> | undefined;
    const publisher = async (name: string) => {
      for (let i = 0; ; i++) {
        const id = `${name}-${i}`;
        try {
          const { status } = await api.ask('/v1/events', { json: issueRaised(id) });
          if (status !== 200) return void refused.add(status);
          acknowledged.push(id);
          if (acknowledged.length === 300) stopping = first.stop();
        } catch {
          return void refused.add('no connection');
        }
      }
    };
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(publisher));
    expect(await stopping).toBe(0);
    expect([...refused].every((what) => what === 503 || what === 'no connection')).toBe(true);
    expect(existsSync(join(first.folder, 'server.json'))).toBe(false);

    const second = await startServer({ folder: first.folder });
    const again = await Api.of(second).publish(...acknowledged.map((id) => issueRaised(id)));
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set(['duplicate']));
    expect(await second.stop()).toBe(0);
  });

  it('answers a request that is under way', async () => {
    const server = await startServer();
    const events = Array.from({ length: 5_000 }, (_, i) => issueRaised(`large-${i}`));
    const answer = Api.of(server).publish(...events);
    const noted = Api.of(server).ask('/health/live');
    await noted;
    const code = server.stop();
    const settled = await answer.then(
      (results) => results.length,
      () => 'refused',
    );
    expect(await code).toBe(0);
    expect([5_000, 'refused']).toContain(settled);
  });

  it('C23: answers bodies that do not go on, instead of waiting for them', async () => {
    const server = await startServer({ env: { CX_DRAIN_SECONDS: '600', CX_BODY_SECONDS: '600' } });
    const line = JSON.stringify(issueRaised('idle'));
    const begin = (type: string, sent: string) =>
      new Promise<{ answer: Promise<{ status?: number; type: string }> }>((begun) => {
        const headers = { authorization: `Bearer ${server.key}`, 'content-type': type };
        const upload = request(new URL('/v1/events', server.url), { method: 'POST', headers });
        const answer = new Promise<{ status?: number; type: string }>((resolve, reject) => {
          upload.on('error', reject).on('response', (response) => {
            let text = '';
            response.on('data', (chunk: Buffer) => (text += chunk.toString()));
            response.on('end', () =>
              resolve({ status: response.statusCode, type: (JSON.parse(text) as { type: string }).type }),
            );
          });
        });
        upload.write(sent, () => begun({ answer }));
      });
    const uploads = [
      await begin('application/x-ndjson', `${line}\n${line.slice(0, 20)}`),
      await begin('application/json', line.slice(0, 20)),
    ];
    // Answered behind them, so they have been read by then.
    expect((await Api.of(server).ask('/health/live')).status).toBe(200);
    const code = server.stop();
    for (const { answer } of uploads)
      expect(await answer).toEqual({ status: 503, type: 'urn:cx-ledger:problem:shutting-down' });
    expect(await code).toBe(0);
  });

  it('keeps server.json to the user alone while it runs', async () => {
    const server = await startServer();
    const file = join(server.folder, 'server.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: server.pid, url: server.url });
    await server.stop();
  });
});
