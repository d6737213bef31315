import type { Command } from 'commander';
import type { Answer } from '#api';
import { command } from '../command.js';
import { atServer } from '../server/at-server.js';
import { customerPath } from '../server/client.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface LinkOptions extends CommonOptions {
  readonly reason?: string;
}

export function mergeCommand(): Command {
  return linkCommand('merge', {
    summary: 'Two customers are one person: the views of the first cover both from now on.',
    example: 'cx merge C-1014 contact:7731 --reason "recognised by telephone"',
    done: ({ survivor, merged }) => `${merged} is merged into ${survivor}`,
  });
}

export function unmergeCommand(): Command {
  return linkCommand('unmerge', {
    summary: 'A merge was a mistake: both customers have views of their own again.',
    example: 'cx unmerge C-1014 contact:7731 --reason "another caller"',
    done: ({ survivor, merged }) => `${merged} and ${survivor} are apart again`,
  });
}

interface LinkWords {
  readonly summary: string;
  readonly example: string;
  readonly done: (linked: Answer<'linked'>) => string;
}

function linkCommand(way: 'merge' | 'unmerge', { summary, example, done }: LinkWords): Command {
  return command({ usage: `${way} <customer> <other>`, summary, example })
    .option('--tenant <tenant>', 'whose customers they are (else: default)', tenantName)
    .option('--reason <words>', 'why, for auditors; no personal data')
    .action((customer: string, mergedId: string, options: LinkOptions) =>
      atServer(options, async (client, output) => {
        const path = customerPath(customer, `/${way}`);
        const linked = await client.post<Answer<'linked'>>(path, { mergedId, reason: options.reason });
        output.result(linked);
        output.line(`${done(linked)} (position ${linked.position})`);
      }),
    );
}
