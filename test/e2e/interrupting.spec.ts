import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';
import { newDataFolder, serverEnvironment } from '../kit/server.js';
import { isAlive } from '../kit/is-alive.js';
import { until } from '../kit/until.js';

const CX = join('apps', 'cli', 'bin', 'cx.mjs');
const INCIDENTS = join('test', 'histories', 'incidents', 'incident_event_log.csv');
const MAP = join('infra', 'mappings', 'incidents.yaml');
/** Lets the launcher believe that it runs under an old Node, so that it starts the one brought along. */
const OLD_NODE =
  'data:text/javascript,if(process.env.CXLEDGER_OWN_NODE===undefined)Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})';
const HAS_TERMINAL = spawnSync('script', ['--version']).status === 0;

describe('B21: a signal to the launcher alone', () => {
  const launchers: ChildProcess[] = [];
  afterEach(() => launchers.splice(0).forEach((launcher) => launcher.kill('SIGKILL')));

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    '%s ends its server, too',
    async (signal) => {
      const folder = newDataFolder();
      const launcher = spawn(process.execPath, ['--import', OLD_NODE, CX, 'serve', '--port', '0'], {
        env: serverEnvironment(folder),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      launchers.push(launcher);
      await once(launcher.stdout!, 'data');
      const serverFile = join(folder, 'server.json');
      await until('the server to be there', () => existsSync(serverFile));
      const { pid } = JSON.parse(readFileSync(serverFile, 'utf8')) as { pid: number };
      expect(isAlive(pid)).toBe(true);
      launcher.kill(signal);
      await until('the server to be gone', () => !isAlive(pid));
      expect(existsSync(serverFile)).toBe(false);
    },
    60_000,
  );
});

describe('B21: cx', () => {
  // So slow that the import lasts some seconds.
  const ledger = new LedgerProcess({ CX_KEY_RATE: '300' });
  afterAll(() => ledger.remove());

  (HAS_TERMINAL ? it : it.skip)(
    'gives the terminal its cursor and its wrapping back at Ctrl-C',
    async () => {
      await ledger.start();
      const command = `${process.execPath} ${CX} import ${INCIDENTS} --map ${MAP}`;
      const terminal = spawn('script', ['-qfec', command, '/dev/null'], {
        env: serverEnvironment(ledger.folder),
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let shown = '';
      terminal.stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
      await until('the bar to be shown', () => shown.includes('\u001b[?25l'));
      terminal.stdin.write('\u0003');
      const [status] = (await once(terminal, 'close')) as [number];
      expect(status).toBe(130);
      expect(shown).toContain('interrupted: what was recorded until now stays; run the same command again');
      for (const [off, on] of [
        ['\u001b[?25l', '\u001b[?25h'],
        ['\u001b[?7l', '\u001b[?7h'],
      ] as const) {
        expect(shown.lastIndexOf(on)).toBeGreaterThan(shown.lastIndexOf(off));
      }
    },
    60_000,
  );

  it('ends without a word when nobody reads its output any more', async () => {
    const run = `${process.execPath} ${CX} import ${INCIDENTS} --map ${MAP} --dry-run --json | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', run], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['{\n', '']);
  });
});
