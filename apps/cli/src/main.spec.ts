import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { serverEnvironment } from '../../../test/kit/server.js';

const CX = join(process.cwd(), 'apps', 'cli', 'bin', 'cx.mjs');
const INCIDENTS = join('test', 'histories', 'incidents', 'incident_event_log.csv');
const MAP = join('infra', 'mappings', 'incidents.yaml');

const folder = mkdtempSync(join(tmpdir(), 'cx-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs cx as a user would. */
function cx(...args: string[]) {
  const env = serverEnvironment(join(folder, 'data'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [CX, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

function written(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('cx', () => {
  it('shows each command with an example', () => {
    for (const name of [
      'serve',
      'import',
      'status',
      'rebuild',
      'jobs',
      'policies',
      'alerts',
      'replay',
      'explain',
      'tenants',
      'keys',
      'demo',
      'copy',
    ]) {
      const { status, stdout } = cx(name, '--help');
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`Example:\\n {2}cx ${name}`));
      expect(stdout).toContain('--json');
    }
  });

  it('10.4: offers the views of the registry, also one that is added to it', () => {
    const registry = pathToFileURL(join('dist', 'libs', 'views', 'src', 'views.js')).href;
    const added = written(
      'added-view.mjs',
      `import { VIEWS } from ${JSON.stringify(registry)};
       VIEWS.push({ ...VIEWS[0], name: 'patience', member: 'patience' });`,
    );
    const env = { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(added).href}` };
    for (const name of ['explain', 'replay', 'rebuild']) {
      const help = (more: object) =>
        spawnSync(process.execPath, [CX, name, '--help'], { encoding: 'utf8', ...more }).stdout;
      expect([name, help({ env }).replace(/\s+/g, ' ')]).toEqual([
        name,
        expect.stringMatching(/choices: [^)]*"patience"/),
      ]);
      expect(help({})).not.toContain('patience');
    }
  });

  it('exits with 2 where it is called wrongly, and says how it is meant', () => {
    expect(cx('explian', 'C-1')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Did you mean explain?'),
    });
    expect(cx('import', INCIDENTS)).toMatchObject({ status: 2, stderr: expect.stringContaining('--map') });
    expect(cx('serve', '--port', 'many')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"many"'),
    });
    expect(cx('serve', '--role', 'ingest,projct')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"projct" is no role'),
    });
    expect(cx('demo', '--until', 'soon')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('YYYY-MM-DD'),
    });
    expect(cx('status', '--tenant', 'x').status).toBe(2);
    expect(cx('keys')).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage: cx keys') });
  });

  it('B21: says what is wrong in one form, with --json in JSON', () => {
    const calls = [
      ['explian', 'C-1'],
      ['import', '--mpa', 'x'],
      ['serve', '--port', 'many'],
      ['serve', '--role', 'projct'],
      ['status', '--data', join(folder, 'nothing')],
    ];
    for (const call of calls) {
      expect(cx(...call).stderr).toMatch(/^cx: [^\n]+\n$/);
      const { stdout, stderr } = cx(...call, '--json');
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
      expect(error.code).toMatch(/^[a-z-]+$/);
      expect(error.message).not.toContain('error:');
      expect(stderr).toBe('');
    }
    expect(JSON.parse(cx('keys', '--json').stdout)).toMatchObject({ error: { code: 'wrong-usage' } });
  });

  it('B21: tells its version, and is also installed as cx-ledger', () => {
    const { version, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      version: string;
      bin: { [name: string]: string };
    };
    expect(cx('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(bin['cx-ledger']).toBe(bin['cx']);
  });

  it('B3: makes no ledger where there is none', () => {
    const [data, target] = [join(folder, 'nowhere', 'data'), join(folder, 'target')];
    const calls = [
      ['status'],
      ['rebuild'],
      ['jobs'],
      ['explain', 'C-1'],
      ['replay', 'C-1'],
      ['keys', 'list'],
      ['tenants', 'list'],
      ['dead-letters', 'list'],
      ['import', INCIDENTS, '--map', MAP],
      // These read the folder themselves.
      ['verify'],
      ['backup', target],
      ['export', '--tiles', target],
      ['calibrate'],
      ['accept-loss'],
    ];
    for (const call of calls) {
      expect(cx(...call, '--data', data)).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(
          /^cx: there is no ledger in .*nowhere.data: cx serve --data .* creates one/,
        ),
      });
    }
    for (const made of ['nowhere', 'target']) expect(existsSync(join(folder, made))).toBe(false);
  });

  it('maps a history without a server by --dry-run', () => {
    const { status, stdout } = cx('import', INCIDENTS, '--map', MAP, '--dry-run', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: { total: 5998, refused: 0 },
      events: { total: 5357, refused: 0 },
      types: {
        'cx.IssueRaised.v1': 890,
        'cx.IssueClosed.v1': 890,
        'cx.IssueReopened.v1': 11,
        'cx.IssueBreachReported.v1': 395,
        'cx.IssueReprioritised.v1': 45,
      },
    });
  });

  it('finds a misspelled column before the first row, with the nearest', () => {
    const map = written('bad.csv', 'number,who,when\n1,2,3\n');
    const { status, stderr } = cx('import', map, '--map', MAP, '--dry-run');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^cx: the file has no column "caller_id"/);
  });

  it('says what a file is when it is no CSV, and where a file is missing', () => {
    const binary = written('picture.csv', 'PNG\0\0');
    expect(cx('import', binary, '--map', MAP, '--dry-run')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('zero bytes'),
    });
    const { status, stdout } = cx('import', 'nowhere.csv', '--map', MAP, '--dry-run', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'ENOENT', message: 'there is no file or folder nowhere.csv' },
    });
  });

  it('names a refused row with its number and reason, and exits with 1', () => {
    const rows = 'who,day,sum\nann,2020-01-02,12.50\nbob,never,1\nann@example.org,2020-01-03,2.00\n';
    const map = `dataset: sales
times: { format: yyyy-MM-dd }
customer: who
rules:
  - { name: bought, emit: PurchaseMade, time: day, data: { orderId: { text: 'o-{row}' }, amount: sum, currency: { constant: EUR } } }
`;
    const refused = join(folder, 'refused.ndjson');
    const args = [
      'import',
      written('sales.csv', rows),
      '--map',
      written('sales.yaml', map),
      '--dry-run',
      '--refused',
      refused,
    ];
    const { status, stdout } = cx(...args);
    expect(status).toBe(1);
    expect(stdout).toContain('row 2 (line 3), rule bought: "never" is not a time in the format');
    expect(stdout).toMatch(/row 3 \(line 4\), rule bought: \/subject .*e-mail/);
  });

  it('says in one line that a Node is too old, and takes the one brought along where it is there', () => {
    const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})';
    const run = (own: string | undefined) =>
      spawnSync(process.execPath, ['--import', old, CX, '--help'], {
        encoding: 'utf8',
        env: { ...process.env, CXLEDGER_OWN_NODE: own },
      });
    const refused = run('1');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^cx: this is Node .*, and 24\.15 or newer is needed: .*\n$/);
    expect(run(undefined)).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: cx') });
  });

  it('says that no server answers at CX_URL', () => {
    const env = { ...process.env, CX_URL: 'http://127.0.0.1:1', CX_KEY: 'k' };
    const { status, stderr } = spawnSync(process.execPath, [CX, 'status'], { encoding: 'utf8', env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/no server answers at http:\/\/127\.0\.0\.1:1/);
  });
});
