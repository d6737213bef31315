import { Option, type Command } from 'commander';
import type { Answer, Item } from '#api';
import { command, readingCommand } from '../command.js';
import { minuteOf, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface LettersOptions extends CommonOptions {
  readonly code?: string;
  readonly state?: string;
  readonly nobodys?: boolean;
  readonly all?: boolean;
}

type Letter = Item<'dead-letters'>;

export function deadLettersCommand(): Command {
  const letters = command({
    usage: 'dead-letters',
    summary: 'What could not be taken in, and why.',
    example: 'cx dead-letters list --code unknown-type',
  });
  return letters.addCommand(list()).addCommand(show()).addCommand(retry()).addCommand(remove());
}

function list(): Command {
  const help = {
    usage: 'list',
    summary: 'The letters, oldest first, and who retried them when; not what came.',
    example: 'cx dead-letters list --tenant shop --state waiting',
  };
  const states = new Option('--state <state>', 'only those that wait, or that a retry recorded');
  return tenantOption(command(help))
    .addOption(states.choices(['waiting', 'recorded']))
    .option('--nobodys', 'those that name no tenant there is')
    .option('--code <reason>', 'only those refused for this reason, as unknown-type')
    .action((options: LettersOptions) =>
      atServer(options, (client, output) => listLetters(client, options, output)),
    );
}

function show(): Command {
  const help = {
    usage: 'show <id>',
    summary: 'One letter with what came; the reading is written down.',
    example: 'cx dead-letters show 0b0e8a52-6a0c-4a7e-9f6e-3d0f6f3f1c55',
  };
  return tenantOption(readingCommand(help)).action((id: string, options: LettersOptions) =>
    atServer(options, async (client, output) => {
      const letter = await client.get<Answer<'dead-letter'>>(`/v1/dead-letters/${encodeURIComponent(id)}`);
      output.result(letter);
      output.line(JSON.stringify(letter, null, 2));
    }),
  );
}

function retry(): Command {
  const help = {
    usage: 'retry [id]',
    summary: 'Try to record a letter again, or --all of them.',
    example: 'cx dead-letters retry --all --code store-full',
  };
  return tenantOption(command(help))
    .option('--all', 'all letters that wait')
    .option('--code <reason>', 'with --all: only those refused for this reason')
    .action((id: string | undefined, options: LettersOptions, cx: Command) => {
      if ((id === undefined) === (options.all !== true)) cx.error('name one letter, or all by --all');
      return atServer(options, (client, output) => retryLetters(client, id, options, output));
    });
}

function remove(): Command {
  const help = {
    usage: 'delete <id>',
    summary: 'Delete a letter for good.',
    example: 'cx dead-letters delete 0b0e8a52-6a0c-4a7e-9f6e-3d0f6f3f1c55',
  };
  return tenantOption(command(help)).action((id: string, options: LettersOptions) =>
    atServer(options, async (client, output) => {
      await client.delete(`/v1/dead-letters/${encodeURIComponent(id)}`);
      output.result({ id, deleted: true });
      output.line(`dead letter ${id} is deleted`);
    }),
  );
}

function tenantOption(letters: Command): Command {
  return letters.option('--tenant <tenant>', 'whose letters (else: default)', tenantName);
}

async function listLetters(client: Client, options: LettersOptions, output: Output): Promise<void> {
  const { code, state, nobodys } = options;
  const query = { code, state, nobodys, limit: 1_000 };
  const items = await client.list<Letter>('/v1/dead-letters', query);
  output.result({ items });
  if (items.length === 0) return output.line('there are no dead letters');
  const rows = items.map((letter) => [
    ...[letter.id, minuteOf(letter.arrivedAt), letter.origin, letter.state, String(letter.attempts)],
    ...[letter.code, letter.detail, traceOf(letter)],
  ]);
  output.line(table(['id', 'arrived', 'from', 'state', 'tries', 'reason', 'detail', 'last retry'], rows));
}

/** The result of the last retry, as text. */
function traceOf({ state, position, retriedAt, retriedBy }: Letter): string {
  if (retriedAt === null) return '';
  const by = `by ${retriedBy} on ${minuteOf(retriedAt)}`;
  return state === 'recorded' ? `position ${position} ${by}` : `refused ${by}`;
}

async function retryLetters(
  client: Client,
  id: string | undefined,
  { code }: LettersOptions,
  output: Output,
): Promise<void> {
  if (id !== undefined) {
    const done = await client.post<Answer<'retried-letter'>>(
      `/v1/dead-letters/${encodeURIComponent(id)}/retry`,
    );
    output.result(done);
    return output.line(`recorded at position ${done.position}`);
  }
  const done = await client.post<Answer<'retried-letters'>>('/v1/dead-letters/retry', undefined, {
    code,
  });
  output.result(done);
  output.line(`${done.recorded} recorded, ${done.refused} refused again`);
}
