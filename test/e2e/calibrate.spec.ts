import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';
import { until } from '../kit/until.js';
import { withoutProgress } from '../kit/without-progress.js';

const FILE = join('test', 'histories', 'cdnow', 'CDNOW_sample.txt');
const IMPORT = ['import', FILE, '--map', join('infra', 'mappings', 'cdnow.yaml'), '--json'];
/** The end of the file. */
const END = '1998-06-30T00:00:00Z';

interface Figures {
  readonly n: number;
  readonly actual: number;
  readonly auc: number;
  readonly brier: number;
}

interface Evaluated {
  readonly kind: string;
  readonly horizonWeeks: number;
  readonly customers: number;
  readonly verdict: string;
  readonly parameters: { readonly mbg: { readonly [name: string]: number } };
  readonly backtest: {
    readonly promote: boolean;
    readonly rounds: number;
    readonly model: Figures;
    readonly baselines: { readonly [name: string]: Figures };
    readonly against: { readonly [name: string]: { readonly verdict: string } };
  } | null;
}

describe('cx calibrate and cx backtest, on the purchases of CDNOW', () => {
  const ledger = new LedgerProcess();
  const evaluated = async (...args: string[]): Promise<Evaluated> => {
    const { status, stdout, stderr } = await ledger.cx(...args, '--json');
    expect([status, withoutProgress(stderr)]).toEqual([0, '']);
    return JSON.parse(stdout) as Evaluated;
  };

  beforeAll(async () => {
    await ledger.start();
    expect((await ledger.cx(...IMPORT)).status).toBe(0);
    await until('the views have every purchase', async () => {
      const { items } = await ledger.get<{ items: { eventsBehind: number }[] }>('/v1/projections');
      return items.every(({ eventsBehind }) => eventsBehind === 0);
    });
  });
  afterAll(() => ledger.remove());

  // The baselines are those of an independent Python program (libs/scoring/src/backtest/backtest.spec.ts says more);
  // the labels are plain counts of the file.
  it('measures the baselines as they were computed independently, and the model as better than both', async () => {
    const { kind, horizonWeeks, backtest } = await evaluated('backtest', '--as-of', END);
    expect([kind, horizonWeeks, backtest!.rounds]).toEqual(['non-contractual', 13, 3]);
    const { model, baselines, against, promote } = backtest!;
    expect([model.n, model.actual]).toEqual([7071, 5984]);
    expect(baselines['baseRate']!.brier).toBeCloseTo(0.130192, 6);
    expect(baselines['recency']!.brier).toBeCloseTo(0.108253, 6);
    expect(baselines['recency']!.auc).toBeCloseTo(0.802452, 6);
    expect(model.brier).toBeLessThan(0.101);
    expect([against['baseRate']!.verdict, against['recency']!.verdict, promote]).toEqual([
      'better',
      'better',
      true,
    ]);
  });

  it('fits MBG/NBD at the end of the calibration period as the packages of others do', async () => {
    const { parameters, customers } = await evaluated(
      ...['calibrate', '--as-of', END, '--horizon', '39', '--rounds', '1', '--dry-run'],
    );
    expect(customers).toBe(2357);
    // BTYDplus and lifetimes publish .525, 6.183, .891, 1.614; the event file's likelihood has its maximum here.
    expect(parameters.mbg['r']).toBeCloseTo(0.525, 3);
    expect(parameters.mbg['alpha']).toBeCloseTo(6.183, 2);
    expect(parameters.mbg['a']).toBeCloseTo(0.891, 2);
    expect(parameters.mbg['b']).toBeCloseTo(1.614, 2);
  });

  it('publishes the fitted model, by which scores are calibrated from then on, and writes the report as a page', async () => {
    const html = join(ledger.folder, 'report.html');
    const run = await ledger.cx('calibrate', '--as-of', END, '--html', html);
    expect([run.status, withoutProgress(run.stderr)]).toEqual([0, '']);
    expect(run.stdout).toContain('published as fitted@1');
    expect(readFileSync(html, 'utf8')).toContain('the model is better than both baselines');
    await until('the views know the model', async () => {
      const view = await ledger.get<{ calibrated: boolean }>('/v1/customers/0004/churn-risk', { asOf: END });
      return view.calibrated;
    });
    const { items } = await ledger.get<{ items: { id: string; inForce: boolean }[] }>('/v1/policies/model');
    expect(items.map(({ id, inForce }) => [id, inForce])).toEqual([['fitted@1', true]]);
    // Another fit gets the next version.
    expect((await ledger.cx('calibrate', '--as-of', END)).stdout).toContain('published as fitted@2');
  });

  it('publishes nothing where nothing could be shown, unless told to', async () => {
    const run = await ledger.cx(
      'calibrate',
      '--as-of',
      '1997-02-15T00:00:00Z',
      '--horizon',
      '1',
      '--rounds',
      '1',
    );
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('not fitted');
    expect(run.stdout).toContain('nothing was published');
  });

  it.each([
    [['--as-of', 'yesterday'], 2, '--as-of must be an RFC 3339 time'],
    [['--horizon', '0'], 2, '--horizon must be a whole number from 1 to 520'],
    [['--as-of', '1990-01-01T00:00:00Z'], 1, 'nothing is known of any customer'],
    [['--tenant', 'nobody'], 1, 'nothing is known of any customer of tenant nobody'],
  ])('says what is wrong with %j', async (args, status, words) => {
    const run = await ledger.cx('backtest', ...args);
    expect([run.status, run.stderr]).toEqual([status, expect.stringContaining(words)]);
  });
});
