import { checkCloudEvent } from '#journey';
import { ruleOf, type TouchpointEvent, type UnmatchedColumn } from '#connectors';
import { count, table, type Output } from '../output/print.js';
import type { ImportSource } from './import-file.js';
import type { OpenRow } from './tally.js';
import { printRefusals } from './print-import.js';

const SHOWN_WORDS = 10;

/** Reads, maps and checks as an import would, and prints what would be sent. */
export async function checkLocally({ tally, unmatched, read }: ImportSource, output: Output): Promise<void> {
  const byType = new Map<string, number>();
  let first: TouchpointEvent | undefined;
  const now = Date.now();
  const check = (event: TouchpointEvent, row: OpenRow) => {
    first ??= event;
    const checked = checkCloudEvent(event, { now });
    const origin = { row, rule: ruleOf(event) };
    if ('ok' in checked) {
      byType.set(event.type, (byType.get(event.type) ?? 0) + 1);
      tally.answered(origin, { status: 'recorded' });
    } else {
      tally.answered(origin, { status: 'rejected', problem: { errors: checked.faults } });
    }
  };
  await read((events, row) => events.forEach((event) => check(event, row)));
  const { rows, events, refusals } = tally.summary;
  const [types, unmatchedWords] = [Object.fromEntries(byType), unmatched.columns];
  output.result({ dryRun: true, rows, events, refusals, types, unmatchedWords, first });
  output.line(
    `Dry run: nothing was sent. ${count(rows.total)} rows would give ${count(events.total)} events:`,
  );
  output.line(
    `  rows    ${count(rows.recorded)} accepted, ${count(rows.partlyRefused)} in part, ${count(rows.refused)} refused, ${count(rows.silent)} without a rule that applies`,
  );
  output.line(`  events  ${count(events.recorded)} accepted, ${count(events.refused)} refused`);
  output.line(
    table(
      ['type', 'events'],
      [...byType].map(([type, number]) => [type, count(number)]),
    ),
  );
  if (first !== undefined) output.line(`\nThe first event:\n${JSON.stringify(first, null, 2)}`);
  printUnmatched(unmatchedWords, output);
  printRefusals(refusals, output);
}

function printUnmatched(columns: readonly UnmatchedColumn[], output: Output): void {
  if (columns.length === 0) return;
  output.line(
    '\nWords that no rule of the mapping names (their rows are not wrong, but nothing is made of these words):',
  );
  for (const { column, words } of columns) {
    const shown = words.slice(0, SHOWN_WORDS).map(({ word, rows }) => `"${word}" (${count(rows)} rows)`);
    const more = words.length > SHOWN_WORDS ? `, and ${words.length - SHOWN_WORDS} more` : '';
    output.line(`  ${column}: ${shown.join(', ')}${more}`);
  }
}
