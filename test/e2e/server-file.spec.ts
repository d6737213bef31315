import { createHmac } from 'node:crypto';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { startServer } from '../kit/server.js';

/** Another program that listens where a server used to. */
class Listener {
  readonly heard: { readonly url: string; readonly authorization: string | undefined }[] = [];
  private constructor(private readonly server: Server) {}

  static async open(answer: (url: string) => string): Promise<Listener> {
    const server = createServer((request, response) => {
      listener.heard.push({ url: request.url!, authorization: request.headers.authorization });
      response.setHeader('content-type', 'application/json');
      response.end(answer(request.url!));
    });
    const listener = new Listener(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return listener;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

describe('C17: server.json', () => {
  const ledger = new LedgerProcess();
  const file = join(ledger.folder, 'server.json');
  let listener: Listener | undefined;
  const operatorKey = `cxo_${'k'.repeat(43)}`;
  const leaveBehind = (url: string) =>
    writeFileSync(file, JSON.stringify({ pid: process.pid, url, operatorKey }), { mode: 0o600 });

  beforeAll(async () => {
    await ledger.start();
    await ledger.stop();
  });
  afterEach(async () => {
    await listener?.close();
  });
  afterAll(() => ledger.remove());

  it('left behind by a server that was killed gives nothing to whoever listens there by now', async () => {
    // It answers everything, among it a proof that was made up, or made with another's help for another port.
    const made = createHmac('sha256', 'guess').update('x').digest('hex');
    for (const answer of [() => '{}', () => `{"proof":"${made}"}`, () => '"'.repeat(100_000)]) {
      listener = await Listener.open(answer);
      leaveBehind(listener.url);
      const { status, stdout, stderr } = await ledger.cx('status', '--data', ledger.folder, '--json');
      expect([status, stderr]).toEqual([0, '']);
      expect(JSON.parse(stdout)).toMatchObject({ head: '0' });
      expect(listener.heard).toEqual([
        { url: expect.stringMatching(/^\/v1\/server-proof\?challenge=[\w-]{43}$/), authorization: undefined },
      ]);
      await listener.close();
      listener = undefined;
    }
  });

  it('does not keep a server from starting', async () => {
    listener = await Listener.open(() => '{}');
    leaveBehind(listener.url);
    const { process: serving, ended } = ledger.cxBegun(
      'serve',
      '--data',
      ledger.folder,
      '--port',
      '0',
      '--json',
    );
    await new Promise((resolve) => serving.stdout!.once('data', resolve));
    serving.kill('SIGTERM');
    const { status, stdout } = await ended;
    expect([status, JSON.parse(stdout)]).toEqual([0, { url: expect.any(String), pid: expect.any(Number) }]);
  });

  it('that others could have written is refused by name', async () => {
    leaveBehind('http://127.0.0.1:9');
    chmodSync(file, 0o644);
    const { status, stderr } = await ledger.cx('status', '--data', ledger.folder);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/server\.json .*mode 644.*remove the file/s)]);
  });

  it('belongs to a server that proves, for its own port, that it knows the key', async () => {
    const server = await startServer();
    expect(statSync(join(server.folder, 'server.json')).mode & 0o777).toBe(0o600);
    const api = Api.of(server);
    const challenge = 'c'.repeat(43);
    const { body } = await api.ask(`/v1/server-proof?challenge=${challenge}`, { key: null });
    const about = `cx-ledger server ${challenge} ${new URL(server.url).port}`;
    const proof = createHmac('sha256', server.operatorKey).update(about).digest('hex');
    expect(body).toEqual({ proof });
    expect((await api.ask('/v1/server-proof?challenge=short', { key: null })).status).toBe(400);
    await server.stop();
  });
});
