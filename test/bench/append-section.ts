import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from './figures.js';

const APPEND = join(import.meta.dirname, 'append.bench.js');
const PEERS = join(import.meta.dirname, '../../../test/bench/peers');

/** A row of append.bench's table. */
type Row = { readonly [column: string]: number };
/** What the peers' own program says: events a second by events of a commit, per peer. */
type PeerRates = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Durable appends: beside the raw file, the plain layout and, where they are installed, the peers. */
export async function appendSection(run: Run): Promise<void> {
  const rows = measure(run);
  const peers = peerRates(run);
  for (const row of rows) {
    const [stored, perCommit] = [row['stored']!, row['per commit']!];
    const what = `durable, ${perCommit} a commit on ${stored.toLocaleString('en')} events`;
    const value = row['events/s']!;
    const raw = row['raw + fdatasync']!;
    run.add({
      ...{ bench: 'append', what, value, unit: 'events/s', p50: row['p50 ms'], p99: row['p99 ms'] },
      limit: { what: 'raw write + fdatasync', value: raw },
      ...(perCommit === 100 && { goal: { text: '≥ 0.35', met: value / raw >= 0.35 } }),
      note: `16 writers: ${row['16 writers']!.toLocaleString('en')}/s`,
    });
    const plain = row['plain layout'] ?? NaN;
    if (Number.isFinite(plain)) {
      run.add({
        ...{ bench: 'append', what: `${what}, beside the plain layout`, value, unit: 'events/s' },
        limit: { what: 'plain layout', value: plain },
        ...(perCommit === 100 && { goal: { text: '≥ 5 ×', met: value / plain >= 5 } }),
      });
    }
    if (stored === 0) addPeers(run, what, perCommit, value, peers);
  }
}

function addPeers(run: Run, what: string, perCommit: number, value: number, peers: PeerRates): void {
  const rates = Object.entries(peers).map(([peer, rate]) => [peer, rate[perCommit] ?? 0] as const);
  if (rates.length === 0) return;
  const better = Math.max(...rates.map(([, rate]) => rate));
  for (const [peer, rate] of rates) {
    run.add({
      ...{ bench: 'append', what: `${what}, beside a peer`, value, unit: 'events/s' },
      limit: { what: peer, value: rate },
      ...(rate === better && perCommit === 100 && { goal: { text: '≥ 2 ×', met: value / rate >= 2 } }),
    });
  }
}

function measure(run: Run): readonly Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
  const out = join(folder, 'append.json');
  const how = run.quick
    ? ['--stored', '0', '--per-commit', '1,100', '--seconds', '1']
    : ['--stored', '0,1000000,10000000', '--seconds', '2'];
  run.say(`append: ${how.join(' ')}`);
  try {
    const { status } = spawnSync(process.execPath, [APPEND, ...how, '--out', out], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error(`append.bench ended with ${status}`);
    return (JSON.parse(readFileSync(out, 'utf8')) as { table: Row[] }).table;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function peerRates(run: Run): PeerRates {
  const rates: { [peer: string]: PeerRates[string] } = {};
  for (const peer of ['sqlite', 'postgresql']) {
    if (!existsSync(join(PEERS, peer, 'node_modules'))) {
      run.say(`append: emmett-${peer} is not installed (npm run bench:peers does)`);
      continue;
    }
    run.say(`append: emmett-${peer}`);
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(PEERS, peer, 'measure.mjs'), run.quick ? '1' : '4'],
      { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
    );
    if (status === 0)
      rates[`emmett-${peer}`] = JSON.parse(stdout.trim().split('\n').at(-1)!) as PeerRates[string];
    else run.say(`append: emmett-${peer} could not be measured`);
  }
  return rates;
}
