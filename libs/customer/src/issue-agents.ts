import { LIMITS } from '#event-sourcing';
import { creditParts } from './credit.js';

/** What one agent did for an issue. */
export interface IssueAgent {
  readonly agentId: string;
  kind: 'human' | 'bot';
  team: string | undefined;
  /** When the issue was assigned to the agent first, ms. */
  assignedAt: number | undefined;
  workedAt: number | undefined;
  lastWorkedAt: number | undefined;
  contacts: number;
  resolutions: number;
  promises: number;
}

/** A piece of work on an issue. */
export type Work = 'contacts' | 'resolutions' | 'promises';

interface Worker {
  readonly agentId: string;
  readonly kind: IssueAgent['kind'];
  readonly team?: string | undefined;
}

const NOBODY: readonly never[] = [];

/** Who worked on an issue, and to whom it was assigned: an assignment alone is no work. */
export class IssueAgents {
  /** In the order in which they became known; seldom more than one or two. */
  all: readonly IssueAgent[] = NOBODY;

  assigned(worker: Worker, at: number): void {
    const agent = this.of(worker);
    if (agent !== undefined) agent.assignedAt ??= at;
  }

  worked(worker: Worker, work: Work, at: number): void {
    const agent = this.of(worker);
    if (agent === undefined) return;
    agent[work] += 1;
    agent.workedAt = Math.min(agent.workedAt ?? at, at);
    agent.lastWorkedAt = Math.max(agent.lastWorkedAt ?? at, at);
  }

  /** Each one's part of a million by pieces of work: of the people who worked on it, else of the bots. */
  get shares(): ReadonlyMap<IssueAgent, number> {
    const working = this.all.filter((agent) => workOf(agent) > 0);
    return creditParts(1_000_000, working, workOf);
  }

  /** Agents beyond `LIMITS.agentsOfAContact` are not noted. */
  private of({ agentId, kind, team }: Worker): IssueAgent | undefined {
    let agent = this.all.find((one) => one.agentId === agentId);
    if (agent === undefined) {
      if (this.all.length >= LIMITS.agentsOfAContact) return undefined;
      agent = {
        agentId,
        kind,
        team,
        contacts: 0,
        resolutions: 0,
        promises: 0,
        assignedAt: undefined,
        workedAt: undefined,
        lastWorkedAt: undefined,
      };
      this.all = [...this.all, agent];
    }
    if (kind === 'bot') agent.kind = 'bot';
    agent.team = team ?? agent.team;
    return agent;
  }
}

/** How many pieces of work an agent did. */
export function workOf({ contacts, resolutions, promises }: IssueAgent): number {
  return contacts + resolutions + promises;
}
