import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { issueRaised } from '../kit/touchpoint.js';
import { newDataFolder, serverEnvironment, StartFailed, startServer } from '../kit/server.js';
import type { ServerOptions } from '../kit/server.js';

async function failureOf(options: ServerOptions): Promise<StartFailed> {
  const server = await startServer(options).catch((error: unknown) => error);
  if (server instanceof StartFailed) return server;
  throw new Error('it started');
}

/** One line of words, no stack. */
function expectOneLine(printed: string): void {
  expect(printed.trim().split('\n')).toHaveLength(1);
  expect(printed).toMatch(/^cx: /);
}

const MAIN = join(import.meta.dirname, '../../apps/server/src/main.js');

describe('starting the server', () => {
  it('makes a key once, which works, and says where everything is', async () => {
    const first = await startServer();
    expect(first.key).toMatch(/^cxk_/);
    expect(first.output()).toContain(first.folder);
    expect(first.output()).toMatch(/master key: \S+\.key \(made just now/);
    expect((await Api.of(first).ask('/v1/issues')).status).toBe(200);
    await first.stop();
    const second = await startServer({ folder: first.folder });
    expect(second.output()).not.toContain('cxk_');
    expect((await new Api(second.url, first.key).ask('/v1/issues')).status).toBe(200);
    await second.stop();
  });

  it('C23: prints no new admin key where access.sqlite was removed from a ledger with events', async () => {
    const first = await startServer();
    await Api.of(first).publish(issueRaised('kept'));
    await first.stop();
    for (const name of readdirSync(first.folder))
      if (name.startsWith('access.sqlite')) rmSync(join(first.folder, name));
    const again = await startServer({ folder: first.folder });
    expect(again.output()).not.toMatch(/cxk_/);
    expect(again.output()).toMatch(/no API key: tenant default has none; cx keys create makes one/);
    await again.stop();
  });

  it('C23: says that it may open too few files, and what to do', () => {
    const script = `ulimit -n 100 && exec "${process.execPath}" "${MAIN}"`;
    const { status, stderr } = spawnSync('sh', ['-c', script], {
      env: serverEnvironment(newDataFolder()),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/may open 100 files .* needs 256 or more: raise it by ulimit -n 4096/),
    ]);
  });

  it('says that the port is in use', async () => {
    const running = await startServer();
    const { port } = new URL(running.url);
    const { code, printed } = await failureOf({ env: { CX_PORT: port } });
    expect(code).toBe(1);
    expectOneLine(printed);
    expect(printed).toContain(`port ${port} is in use`);
    await running.stop();
  });

  it('says that another server has the folder', async () => {
    const running = await startServer();
    const { code, printed } = await failureOf({ folder: running.folder });
    expect(code).toBe(1);
    expectOneLine(printed);
    expect(printed).toContain('in use by another process');
    await running.stop();
  });

  it('says that the folder cannot be written', async () => {
    const folder = newDataFolder();
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, 'a file');
    const { code, printed } = await failureOf({ folder });
    expect(code).toBe(1);
    expectOneLine(printed);
    expect(printed).toContain('CX_STORE');
  });

  // The kernel lets nobody make a folder there, and says that there is none to make it in.
  (existsSync('/proc/self') ? it.each(['CX_STORE', 'CX_VIEWS', 'CX_KEYS']) : it.skip.each(['']))(
    'says that the folder of %s cannot be made, in a place that has room for none',
    async (setting) => {
      const { code, printed } = await failureOf({ env: { [setting]: 'embedded:/proc/cx/data' } });
      expect(code).toBe(1);
      expectOneLine(printed);
      expect(printed).toContain('/proc/cx/data cannot be written (no folder can be made there)');
      expect(printed).toContain(setting);
    },
  );

  it('names all faults of the configuration at once, and ends with 2', async () => {
    const { code, printed } = await failureOf({
      env: { CX_PORT: 'http', CX_HOSTS: 'x', CX_QUERY_THREADS: '99' },
    });
    expect(code).toBe(2);
    expect(printed).toContain('CX_PORT: must be a whole number');
    expect(printed).toContain('did you mean CX_HOST?');
    expect(printed).toContain('CX_QUERY_THREADS: must be a whole number from 1 to 16');
  });

  it('says that the master key is none', async () => {
    const { code, printed } = await failureOf({ env: { CX_MASTER_KEY: 'short' } });
    expect(code).toBe(1);
    expectOneLine(printed);
    expect(printed).not.toContain('short (');
  });
});
