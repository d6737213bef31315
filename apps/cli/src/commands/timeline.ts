import type { Command } from 'commander';
import type { Answer, Item } from '#api';
import { readingCommand } from '../command.js';
import { erasedLine } from '../output/erased.js';
import { table } from '../output/print.js';
import { customerPath } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { type MomentOptions, tenantName } from '../settings.js';

/** `cx timeline CUSTOMER`: the facts from which all views of a customer are folded, as they are stored. */
export function timelineCommand(): Command {
  return readingCommand({
    usage: 'timeline <customer>',
    summary: 'The facts from which the views of a customer are computed, the latest first.',
    example: 'cx timeline C-1 --at 2026-01-05T00:00:00Z',
  })
    .option('--tenant <tenant>', 'whose customer it is (else: default)', tenantName)
    .option('--as-of <time>', 'up to this business time, RFC 3339')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((customer: string, options: MomentOptions) =>
      atServer(options, async (client, output) => {
        const { asOf, at } = options;
        const items: Item<'timeline'>[] = [];
        const path = customerPath(customer, '/timeline');
        for await (const page of client.pages<Answer<'timeline'>>(path, { asOf, at, limit: 1000 })) {
          const erased = erasedLine(page);
          if (erased !== undefined) output.line(erased);
          items.push(...(page.items ?? []));
        }
        output.result({ customer, items });
        output.line(table(['occurred at', 'position', 'touchpoint', 'facts', ''], items.map(lineOf)));
      }),
    );
}

function lineOf({ occurredAt, position, type, facts, publishedTo, retracted }: Item<'timeline'>) {
  const notes = [publishedTo && `published to ${publishedTo}`, retracted && 'retracted'].filter(Boolean);
  return [occurredAt, position, type, JSON.stringify(facts), notes.join(', ')];
}
