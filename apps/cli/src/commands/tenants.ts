import type { Command } from 'commander';
import type { Answer, Item } from '#api';
import { command } from '../command.js';
import { minuteOf, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type CommonOptions } from '../settings.js';

export function tenantsCommand(): Command {
  return command({
    usage: 'tenants',
    summary: 'The tenants of the ledger: each has its own customers, keys and policies.',
    example: 'cx tenants create shop',
  })
    .addCommand(create())
    .addCommand(list());
}

function create(): Command {
  return command({
    usage: 'create <tenant>',
    summary: 'Create a tenant; nothing changes where it exists already.',
    example: 'cx tenants create shop',
  }).action((name: string, options: CommonOptions) =>
    atServer(options, async (client, output) => {
      const { tenant, created } = await createTenant(client, tenantName(name));
      output.result({ tenant, created });
      output.line(created ? `tenant ${tenant} created` : `tenant ${tenant} exists already`);
    }),
  );
}

function list(): Command {
  return command({
    usage: 'list',
    summary: 'The tenants that exist.',
    example: 'cx tenants list',
  }).action((options: CommonOptions) => atServer(options, (client, output) => listTenants(client, output)));
}

/** Creates the tenant where it does not exist. */
export async function createTenant(client: Client, tenant: string): Promise<Answer<'created-tenant'>> {
  return client.post('/v1/tenants', { tenant });
}

async function listTenants(client: Client, output: Output): Promise<void> {
  const items = await client.list<Item<'tenants'>>('/v1/tenants', { limit: 1_000 });
  output.result({ items });
  const rows = items.map(({ tenant, createdAt }) => [tenant, minuteOf(createdAt)]);
  output.line(table(['tenant', 'created'], rows));
}
