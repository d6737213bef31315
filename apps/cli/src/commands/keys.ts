import type { Command } from 'commander';
import { type Answer, type Role, ROLES } from '#api';
import { suggestion } from '#connectors';
import { command } from '../command.js';
import { WrongUsage } from '../failure.js';
import { minuteOf, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface CreateOptions extends CommonOptions {
  readonly role: string;
  readonly label: string;
  readonly unlogged?: boolean;
}

export function keysCommand(): Command {
  const keys = command({
    usage: 'keys',
    summary: 'The API keys of a tenant.',
    example: 'cx keys create --tenant shop --role publisher --label "web shop"',
  });
  return keys
    .addCommand(create())
    .addCommand(list())
    .addCommand(revoke())
    .addCommand(rotateMaster())
    .addCommand(rotateLog());
}

function create(): Command {
  return tenantOption(
    command({
      usage: 'create',
      summary: 'Create a key; it is shown only once.',
      example: 'cx keys create --role reader --label dashboard',
    }),
  )
    .option('--role <roles>', `some of ${ROLES.join(',')}, separated by commas`, 'reader')
    .option('--label <words>', 'whose key it is', 'created by cx keys')
    .option('--unlogged', 'its reading is not recorded in the access log; only for the role reader')
    .action((options: CreateOptions) =>
      atServer(options, (client, output) => createKey(client, options, output)),
    );
}

function list(): Command {
  const help = {
    usage: 'list',
    summary: 'All keys of the tenant, revoked ones too.',
    example: 'cx keys list --tenant demo',
  };
  return tenantOption(command(help)).action((options: CommonOptions) => atServer(options, listKeys));
}

function revoke(): Command {
  const help = {
    usage: 'revoke <id>',
    summary: 'Revoke a key: it is refused from now on.',
    example: 'cx keys revoke 3f9c2a77b1d04e55',
  };
  return tenantOption(command(help)).action((id: string, options: CommonOptions) =>
    atServer(options, async (client, output) => {
      await revokeKey(client, id);
      output.result({ id, revoked: true });
      output.line(`key ${id} is revoked`);
    }),
  );
}

function rotateMaster(): Command {
  const help = {
    usage: 'rotate-master',
    summary: 'Put a new master key in place of the one in its file, while the server runs.',
    example: 'cx keys rotate-master',
  };
  return command(help).action((options: CommonOptions) =>
    atServer(options, async (client, output) => {
      const done = await client.post<Answer<'rotated-master-key'>>('/v1/keys/rotate-master');
      output.result(done);
      output.line(`${done.secrets} keys are wrapped under a new master key, in ${done.file}`);
    }),
  );
}

function rotateLog(): Command {
  const help = {
    usage: 'rotate-log',
    summary: 'Put a new key in place of the one that signs the log; old checkpoints stay verifiable.',
    example: 'cx keys rotate-log',
  };
  return command(help).action((options: CommonOptions) =>
    atServer(options, async (client, output) => {
      const done = await client.post<Answer<'rotated-log-key'>>('/v1/audit/log/rotate-key');
      output.result(done);
      output.line(`checkpoints are signed by a new key from now on, in ${done.file}`);
      output.line(`give auditors its verifier: ${done.verifier}`);
    }),
  );
}

function tenantOption(keys: Command): Command {
  return keys.option('--tenant <tenant>', 'whose keys (else: default)', tenantName);
}

/** Creates a key of the client's tenant. */
export async function mintKey(
  client: Client,
  roles: readonly string[],
  label: string,
  accessLog: 'on' | 'off' = 'on',
): Promise<Answer<'minted-key'>> {
  return client.post<Answer<'minted-key'>>('/v1/keys', { roles, label, accessLog });
}

async function createKey(
  client: Client,
  { role, label, unlogged = false }: CreateOptions,
  output: Output,
): Promise<void> {
  const minted = await mintKey(client, rolesOf(role), label, unlogged ? 'off' : 'on');
  output.result(minted);
  output.line(minted.key);
  output.note(`Shown only once: ${minted.roles.join(', ')} of tenant ${minted.tenant}, id ${minted.id}.`);
}

function rolesOf(text: string): readonly Role[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    const role = ROLES.find((one) => one === name);
    if (role !== undefined) return role;
    throw new WrongUsage(`"${name}" is no role${suggestion(name, ROLES)}`);
  });
}

/** The tenant's keys, revoked ones too. */
export async function keysOf(client: Client): Promise<readonly Answer<'key'>[]> {
  return client.list<Answer<'key'>>('/v1/keys', { limit: 1_000 });
}

export async function revokeKey(client: Client, id: string): Promise<void> {
  await client.delete(`/v1/keys/${encodeURIComponent(id)}`);
}

async function listKeys(client: Client, output: Output): Promise<void> {
  const items = await keysOf(client);
  output.result({ items });
  const day = (time: string | null) => (time === null ? '–' : minuteOf(time));
  const rows = items.map((key) => [
    key.id,
    key.roles.join(','),
    key.label,
    day(key.createdAt),
    day(key.lastUsedAt),
    day(key.revokedAt),
  ]);
  output.line(table(['id', 'roles', 'label', 'created', 'last used', 'revoked'], rows));
}
