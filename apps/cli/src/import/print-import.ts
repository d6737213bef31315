import { count, duration, type Output } from '../output/print.js';
import type { ImportSummary, Refusal } from './tally.js';

const SHOWN = 10;

/** Prints what an import did; `sentSeconds` until everything was acknowledged, `seconds` until the views had it. */
export function printImport(
  summary: ImportSummary,
  time: { readonly sentSeconds: number; readonly seconds: number },
  output: Output,
): void {
  const { rows, events, refusals } = summary;
  const eventsPerSecond = Math.round(events.total / Math.max(0.001, time.sentSeconds));
  output.result({ ...summary, ...time, eventsPerSecond });
  output.line(
    `${count(rows.total)} rows gave ${count(events.total)} events in ${duration(time.sentSeconds)} (${count(eventsPerSecond)}/s); the views followed after ${duration(time.seconds - time.sentSeconds)}.`,
  );
  output.line(
    `  rows    ${count(rows.recorded)} recorded, ${count(rows.partlyRefused)} in part, ${count(rows.refused)} refused, ${count(rows.silent)} without a rule that applies`,
  );
  output.line(
    `  events  ${count(events.recorded)} recorded, ${count(events.duplicate)} recorded before (nothing added), ${count(events.refused)} refused`,
  );
  printRefusals(refusals, output);
}

/** The first refusals, each on a line. */
export function printRefusals(refusals: readonly Refusal[], output: Output): void {
  if (refusals.length === 0) return;
  output.line('\nRefused:');
  for (const { row, line, key, rule, reason } of refusals.slice(0, SHOWN)) {
    const of = [`row ${row} (line ${line})`, key, rule && `rule ${rule}`].filter(
      (word) => word !== undefined,
    );
    output.line(`  ${of.join(', ')}: ${reason}`);
  }
  if (refusals.length > SHOWN) output.line('  … all of them with --refused FILE');
}
