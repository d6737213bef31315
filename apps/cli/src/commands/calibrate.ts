import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { formatTime, parseTime } from '#event-sourcing';
import { recordedParameters } from '#scoring';
import { command, perform } from '../command.js';
import { WrongUsage } from '../failure.js';
import type { Output } from '../output/print.js';
import { evaluateModel, type EvaluatedModel } from '../scoring/evaluated-model.js';
import { reportHtml } from '../scoring/report-html.js';
import { backtestRecord, backtestText, fittedLines, verdictText } from '../scoring/report-text.js';
import { openStoredViews } from '../scoring/stored-views.js';
import { withClient } from '../server/with-client.js';
import { tenantName, wholeNumber, type CommonOptions } from '../settings.js';

interface EvaluationOptions extends CommonOptions {
  readonly asOf?: string;
  readonly horizon?: number;
  readonly rounds: number;
  readonly html?: string;
}

interface CalibrateOptions extends EvaluationOptions {
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export function calibrateCommand(): Command {
  return evaluation(
    command({
      usage: 'calibrate',
      summary:
        "Fit the scoring models to the tenant's own customers, and publish them if they prove better than the baselines.",
      example: 'cx calibrate --tenant shop --html report.html',
    }),
  )
    .option('--force', 'publish also what is not better than both baselines')
    .option('--dry-run', 'publish nothing')
    .action((options: CalibrateOptions) => perform(options, (output) => calibrateTenant(options, output)));
}

export function backtestCommand(): Command {
  return evaluation(
    command({
      usage: 'backtest',
      summary:
        'Test how well churn would have been foreseen, on labels that nothing was fitted to; publishes nothing.',
      example: 'cx backtest --tenant shop --rounds 3 --html report.html',
    }),
  ).action((options: EvaluationOptions) =>
    perform(options, async (output) => void (await evaluate(options, output))),
  );
}

function evaluation(made: Command): Command {
  return made
    .option('--tenant <tenant>', 'whose customers (else: default)', tenantName)
    .option('--as-of <time>', 'use events up to this business time, RFC 3339 (else now)')
    .option(
      '--horizon <weeks>',
      "what counts as lost: no purchase, or the contract's end, within this many weeks (else the policy's)",
      wholeNumber('--horizon', 1, 520),
    )
    .option(
      '--rounds <number>',
      'rounds of the backtest, each one horizon earlier',
      wholeNumber('--rounds', 1, 20),
      3,
    )
    .option('--html <file>', 'also write the report as a page for managers');
}

async function calibrateTenant(options: CalibrateOptions, output: Output): Promise<void> {
  const evaluated = await evaluate(options, output);
  const { calibration, report } = evaluated;
  if (options.dryRun === true) return output.line('nothing was published (--dry-run)');
  if (!('fit' in calibration.purchases || 'fit' in calibration.contracts || 'fit' in calibration.service))
    return output.line('nothing was published: nothing could be fitted');
  if (report?.promote !== true && options.force !== true)
    return output.line('nothing was published: --force publishes it all the same');
  await withClient(options, (client) => client.post('/v1/policies/model', recordOf(evaluated, options)));
  output.line(
    `published as fitted@${evaluated.version}: scores say calibrated: true from now on, and the past is scored by it, too`,
  );
}

async function evaluate(options: EvaluationOptions, output: Output): Promise<EvaluatedModel> {
  const asOf = options.asOf === undefined ? Date.now() : parseTime(options.asOf);
  if (asOf === undefined) throw new WrongUsage('--as-of must be an RFC 3339 time, like 2026-01-31T10:00:00Z');
  const reader = await openStoredViews(options);
  try {
    const question = { tenant: options.tenant ?? 'default', asOf, rounds: options.rounds };
    const evaluated = await evaluateModel(reader, { ...question, horizonWeeks: options.horizon });
    show(evaluated, options, output);
    return evaluated;
  } finally {
    await reader.close();
  }
}

function show(
  evaluated: EvaluatedModel,
  { html, tenant = 'default' }: EvaluationOptions,
  output: Output,
): void {
  const { calibration, report, kind, horizonWeeks, customers } = evaluated;
  const verdict = verdictText(evaluated);
  const figures = [
    ...fittedLines(calibration),
    '',
    report === undefined ? 'no backtest: too few events' : backtestText(report),
  ].join('\n');
  output.result({
    ...{ kind, horizonWeeks, customers, verdict },
    parameters: recordedParameters(calibration.model),
    backtest: report === undefined ? null : backtestRecord(report),
  });
  output.line(figures);
  output.line(verdict);
  if (html === undefined) return;
  const title = `Churn model of ${tenant}`;
  writeFileSync(html, reportHtml({ title, verdict, deciles: report?.model.deciles ?? [], text: figures }));
  output.line(`report written to ${html}`);
}

/** The model as it is recorded. */
function recordOf(
  { calibration, report, horizonWeeks, customers, version }: EvaluatedModel,
  { asOf }: EvaluationOptions,
) {
  const { model, purchases } = calibration;
  return {
    ...{ model: 'fitted', version, parameters: recordedParameters(model) },
    asOf: formatTime(model.trainedThrough ?? parseTime(asOf ?? '') ?? Date.now()),
    ...{ horizon: horizonWeeks, n: customers },
    ...('fit' in purchases && { logLik: Math.round(purchases.fit.logLikelihood * 1e6) / 1e6 }),
    ...(report !== undefined && { backtest: backtestRecord(report) }),
  };
}
