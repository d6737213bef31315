import type { Command } from 'commander';
import type { Item } from '#api';
import { readingCommand } from '../command.js';
import { count, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface AccessOptions extends CommonOptions {
  readonly customer?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly from?: string;
  readonly to?: string;
}

export function accessCommand(): Command {
  return readingCommand({
    usage: 'access',
    summary: 'Who read, exported or changed what, when and why; the newest first.',
    example: 'cx access --customer C-1014 --from 2026-03-01T00:00:00Z',
  })
    .option('--tenant <tenant>', 'whose access log (else: default)', tenantName)
    .option('--customer <customer>', 'only accesses to the data of this customer')
    .option('--actor <subject>', 'only those by this key')
    .option('--action <action>', 'only read, list, open, export or change')
    .option('--from <time>', 'only those from then on')
    .option('--to <time>', 'only those up to then')
    .action((options: AccessOptions) => atServer(options, (client, output) => list(client, options, output)));
}

async function list(
  client: Client,
  { customer, actor, action, from, to }: AccessOptions,
  output: Output,
): Promise<void> {
  const query = { customer, actor, action, from, to, limit: 1000 };
  const items = await client.list<Item<'access'>>('/v1/audit/access', query);
  output.result({ items });
  if (items.length === 0) return output.line('no access is recorded that fits');
  const rows = items.map((one) => [
    ...[one.accessedAt, one.actor.label ?? one.actor.subject, one.action, one.customer ?? '–'],
    ...[one.route, count(one.records), one.purpose ?? one.detail ?? one.question ?? '–'],
  ]);
  output.line(table(['when', 'who', 'action', 'customer', 'route', 'records', 'why or what'], rows));
}
