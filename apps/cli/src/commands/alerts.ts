import { type Command, Option } from 'commander';
import type { Item } from '#api';
import { ALERT_KINDS } from '#journey';
import { command } from '../command.js';
import { minuteOf, table } from '../output/print.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type MomentOptions } from '../settings.js';

interface AlertsOptions extends MomentOptions {
  readonly state: 'open' | 'closed' | 'all';
  readonly kind?: string;
  readonly rule?: string;
}

type Alert = Item<'alerts'>;

export function alertsCommand(): Command {
  return command({
    usage: 'alerts',
    summary: 'What somebody should look at by the alert rules of a tenant, the last raised first.',
    example: 'cx alerts --tenant demo --state all',
  })
    .option('--tenant <tenant>', 'whose alerts (else: default)', tenantName)
    .addOption(
      new Option('--state <state>', 'open ones, closed ones or all')
        .choices(['open', 'closed', 'all'])
        .default('open'),
    )
    .addOption(new Option('--kind <kind>', 'only of rules about this').choices(ALERT_KINDS))
    .option('--rule <name>', 'only of this rule')
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((options: AlertsOptions) =>
      atServer(options, async (client, output) => {
        const { kind, rule, asOf, at } = options;
        const state = options.state === 'all' ? undefined : options.state;
        const items = await client.list<Alert>('/v1/alerts', { state, kind, rule, asOf, at });
        output.result({ items });
        if (items.length === 0) return output.line('no alerts');
        output.line(table(['raised', 'rule', 'about', 'due', 'state'], items.map(lineOf)));
      }),
    );
}

function lineOf(alert: Alert): readonly string[] {
  const { customer, issueId, promiseId, source } = alert;
  const about = [customer, issueId, promiseId, source].filter((part) => part !== undefined);
  const closed = alert.closedAt === null ? 'open' : `closed ${minuteOf(alert.closedAt)}`;
  return [
    minuteOf(alert.raisedAt),
    alert.rule,
    about.join(' '),
    alert.dueAt === null ? '' : minuteOf(alert.dueAt),
    closed,
  ];
}
