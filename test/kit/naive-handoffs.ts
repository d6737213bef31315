import type { NaiveEvent } from './naive-issue.js';

/** One hand-off as the raw events tell it. */
interface NaiveHandoff {
  readonly at: number;
  readonly from: { readonly agent?: string; readonly team?: string };
  readonly to: { readonly agent?: string; readonly team?: string };
  /** Everybody who handed the same thing on up to now, this time included. */
  readonly givers: readonly NaiveHandoff['from'][];
}

type Who = 'agent' | 'team';

const textOf = (value: unknown): string | undefined => value as string | undefined;

/** Hand-offs of one contact, from all events that name it: the receiver is who is named, or who greets next. */
export function contactHandoffs(events: readonly NaiveEvent[]): readonly NaiveHandoff[] {
  const found: NaiveHandoff[] = [];
  events.forEach((event, i) => {
    if (event.type !== 'ContactTransferred') return;
    const before = events.slice(0, i);
    const after = events.slice(i + 1);
    const ended = before.some(({ type }) => type === 'ContactEnded');
    const greeter = before.findLast(({ type }) => type === 'CustomerGreeted')?.data['agentId'];
    const teams = before.map(({ type, data }) =>
      type === 'CustomerGreeted' ? data['team'] : type === 'ContactTransferred' ? data['toTeam'] : undefined,
    );
    const next = after.find(({ type }) => type === 'CustomerGreeted' || type === 'ContactTransferred');
    const named = textOf(event.data['toAgentId']);
    const isReceiver =
      next?.type === 'CustomerGreeted' && (named === undefined || named === next.data['agentId']);
    const from = {
      agent: textOf(event.data['fromAgentId'] ?? (ended ? undefined : greeter)),
      team: textOf(teams.findLast((team) => team !== undefined)),
    };
    const to = {
      agent: named ?? (isReceiver ? textOf(next.data['agentId']) : undefined),
      team: textOf(event.data['toTeam'] ?? (isReceiver ? next.data['team'] : undefined)),
    };
    found.push({ at: event.at, from, to, givers: [...found.map((one) => one.from), from] });
  });
  return found;
}

/** Hand-offs of one issue, from its own events. */
export function issueHandoffs(events: readonly NaiveEvent[]): readonly NaiveHandoff[] {
  const found: NaiveHandoff[] = [];
  let [agent, team]: [string | undefined, string | undefined] = [undefined, undefined];
  for (const { type, at, data } of events) {
    if (type === 'IssueRaised') team ??= textOf(data['team']);
    if (!['IssueAssigned', 'IssueTransferred', 'IssueEscalated'].includes(type)) continue;
    const toTeam = textOf(type === 'IssueAssigned' ? data['team'] : data['toTeam']);
    const toAgent = textOf(
      type === 'IssueAssigned'
        ? data['agentId']
        : type === 'IssueTransferred'
          ? data['toAgentId']
          : undefined,
    );
    if (type !== 'IssueAssigned') {
      const from = { agent, team: textOf(data['fromTeam']) ?? team };
      const givers = [...found.map((one) => one.from), from];
      found.push({ at, from, to: { agent: toAgent, team: toTeam }, givers });
    }
    if (toTeam !== undefined && toTeam !== team) agent = undefined;
    agent = toAgent ?? agent;
    team = toTeam ?? team;
  }
  return found;
}

/** Whether a hand-off went back to an agent or a team that had handed the same thing on; undefined: nobody knows who received it. */
export function wentBack({ from, to, givers }: NaiveHandoff, who: Who): boolean | undefined {
  const receiver = to[who];
  if (receiver === undefined) return undefined;
  return receiver !== from[who] && givers.some((giver) => giver[who] === receiver);
}
