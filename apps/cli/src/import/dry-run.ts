import { checkCloudEvent } from '#journey';
import { ruleOf, type Mapping, type TouchpointEvent } from '#connectors';
import { count, table, type Output } from '../output/print.js';
import { readTouchpoints } from './import-file.js';
import type { Tally } from './tally.js';

const SHOWN = 10;

/** Reads, maps and checks as an import would, and tells what would be sent. */
export async function checkLocally(
  file: string,
  mapping: Mapping,
  tally: Tally,
  output: Output,
): Promise<void> {
  const byType = new Map<string, number>();
  let first: TouchpointEvent | undefined;
  const now = Date.now();
  await readTouchpoints(file, mapping, {
    tally,
    take: (event, row) => {
      first ??= event;
      const checked = checkCloudEvent(event, { now });
      if ('ok' in checked) byType.set(event.type, (byType.get(event.type) ?? 0) + 1);
      else
        tally.refuse({
          row,
          rule: ruleOf(event),
          reason: checked.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
        });
    },
    stage: () => undefined,
  });
  const { rows, events, refused, refusals } = tally.summary;
  const types = Object.fromEntries(byType);
  output.result({ dryRun: true, rows, events, refused, refusals, types, first });
  output.line(`${count(rows)} rows would give ${count(events)} events; nothing was sent.`);
  output.line(
    table(
      ['type', 'events'],
      [...byType].map(([type, number]) => [type, count(number)]),
    ),
  );
  if (first !== undefined) output.line(`\nThe first:\n${JSON.stringify(first, null, 2)}\n`);
  if (refused > 0) output.line(`${count(refused)} would be refused:`);
  for (const { row, rule, reason } of refusals.slice(0, SHOWN))
    output.line(`  row ${row}${rule === undefined ? '' : `, ${rule}`}: ${reason}`);
}
