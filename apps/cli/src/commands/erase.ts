import type { Command } from 'commander';
import type { Answer, Item } from '#api';
import { command } from '../command.js';
import { WrongUsage } from '../failure.js';
import { count, table, type Output } from '../output/print.js';
import { customerPath, type Client } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface EraseOptions extends CommonOptions {
  readonly reason?: string;
  readonly yes?: boolean;
}

export function eraseCommand(): Command {
  return command({
    usage: 'erase <customer>',
    summary: 'Erase a customer for ever: the keys of all identities of the person are destroyed.',
    example: 'cx erase C-1014 --reason "request of 12 March" --yes',
  })
    .option('--tenant <tenant>', 'whose customer it is (else: default)', tenantName)
    .option('--reason <words>', 'why, for auditors; it stays in the log for ever, so no personal data')
    .option('--yes', 'without it the command only shows whom it would erase')
    .action((customer: string, options: EraseOptions) =>
      atServer(options, (client, output) =>
        options.yes === true ? erase(client, customer, options, output) : show(client, customer, output),
      ),
    );
}

async function erase(
  client: Client,
  customer: string,
  { reason }: EraseOptions,
  output: Output,
): Promise<void> {
  if (reason === undefined) throw new WrongUsage('--reason is needed: auditors will ask for it');
  const erasure = await client.post<Answer<'erasure'>>(customerPath(customer, '/erasure'), { reason });
  output.result(erasure);
  const identities = erasure.members.map((member) => member.customer).join(', ');
  output.line(`erased: ${identities}`);
  output.line(`the certificate: cx erasures ${erasure.id}`);
}

/** An erasure cannot be undone: without --yes nothing happens. */
async function show(client: Client, customer: string, output: Output): Promise<void> {
  const { members } = await client.get<Answer<'identity'>>(customerPath(customer, '/identity'));
  output.result({ customer, members, erased: false });
  output.line(`would be erased for ever: ${members.join(', ')}`);
  output.line('run it again with --yes to do it');
}

export function erasuresCommand(): Command {
  return command({
    usage: 'erasures [id]',
    summary: 'The erasures of a tenant, the newest first, or the certificate of one.',
    example: 'cx erasures --json',
  })
    .option('--tenant <tenant>', 'whose erasures (else: default)', tenantName)
    .action((id: string | undefined, options: CommonOptions) =>
      atServer(options, (client, output) =>
        id === undefined ? list(client, output) : certificate(client, id, output),
      ),
    );
}

async function list(client: Client, output: Output): Promise<void> {
  const items = await client.list<Item<'erasures'>>('/v1/audit/erasures', { limit: 1000 });
  output.result({ items });
  if (items.length === 0) return output.line('nobody was erased');
  const rows = items.map((one) => [
    one.id,
    one.customer,
    count(one.members.length),
    one.requestedAt,
    one.status,
    one.reason,
  ]);
  output.line(table(['erasure', 'customer', 'identities', 'requested at', 'status', 'reason'], rows));
}

async function certificate(client: Client, id: string, output: Output): Promise<void> {
  const found = await client.get<Answer<'erasure-certificate'>>(
    `/v1/audit/erasures/${encodeURIComponent(id)}`,
  );
  output.result(found);
  const { requestedBy, backups } = found;
  output.line(`Certificate of erasure ${found.id}`);
  output.line(`customer      ${found.customer}`);
  output.line(`reason        ${found.reason}`);
  output.line(`requested     ${found.requestedAt} by ${requestedBy.label ?? requestedBy.subject}`);
  output.line(`destroyed     ${found.destroyedAt ?? 'not yet: it goes on by itself'}`);
  output.line(`finished      ${found.finishedAt ?? 'not yet: it goes on by itself'}`);
  output.line(`backups       none after ${backups.expiredAt ?? '…'} (${count(backups.maxAgeDays)} days)`);
  for (const { customer, keyDigest, event } of found.members) {
    output.line(`identity      ${customer}`);
    output.line(`  key         ${keyDigest ?? 'had none'}`);
    output.line(
      `  recorded    ${event === null ? 'not yet' : `at position ${event.position}, ${proofWords(event.inclusion)}`}`,
    );
  }
  for (const sentence of found.remains) output.line(`- ${sentence}`);
}

function proofWords(inclusion: { readonly size: number } | null): string {
  return inclusion === null
    ? 'proof follows in a moment'
    : `proved in the tree of ${count(inclusion.size)} entries`;
}
