import { LIMITS } from '#event-sourcing';
import { creditedOf, creditParts } from './credit.js';

/** One agent in one contact. */
export interface ContactAgent {
  readonly agentId: string;
  readonly kind: 'human' | 'bot';
  team: string | undefined;
  /** The agent's first greeting, ms. */
  readonly joinedAt: number;
  /** How long the agent was the one who had greeted last, ms. */
  presentMs: number;
  transferredOn: boolean;
}

const NOBODY: readonly never[] = [];

/** Who greeted the customer in a contact, and for how long each was there. */
export class ContactAgents {
  /** The people who greeted first and last. */
  first: ContactAgent | undefined;
  last: ContactAgent | undefined;
  /** In the order of their first greetings; seldom more than one or two. */
  all: readonly ContactAgent[] = NOBODY;
  private current: ContactAgent | undefined;
  private currentSince = 0;
  private over = false;

  count(kind: ContactAgent['kind']): number {
    let count = 0;
    for (const agent of this.all) if (agent.kind === kind) count += 1;
    return count;
  }

  /**
   * Notes a greeting; answers the agent where it is the agent's first in this contact. Agents beyond
   * `LIMITS.agentsOfAContact` are not noted.
   */
  greeted(agentId: string, kind: ContactAgent['kind'], team: string | undefined, at: number) {
    this.pass(at);
    const known = this.of(agentId);
    if (known === undefined && this.all.length >= LIMITS.agentsOfAContact) return undefined;
    const agent = known ?? { agentId, kind, team, joinedAt: at, presentMs: 0, transferredOn: false };
    if (known === undefined) this.all = [...this.all, agent];
    else agent.team = team ?? agent.team;
    if (agent.kind === 'human') {
      this.first ??= agent;
      this.last = agent;
    }
    if (!this.over) [this.current, this.currentSince] = [agent, at];
    return known === undefined ? agent : undefined;
  }

  /** An agent handed the customer to somebody else: the one named, else the one who had greeted last. */
  transferred(fromAgentId: string | undefined): void {
    const agent = fromAgentId === undefined ? this.current : this.of(fromAgentId);
    if (agent !== undefined) agent.transferredOn = true;
  }

  ended(at: number): void {
    this.pass(at);
    this.over = true;
    this.current = undefined;
  }

  /** Those who get credit, the people where there were any, else the bots, with each one's part of a whole number. */
  parts(total: number): ReadonlyMap<ContactAgent, number> {
    return creditParts(total, this.all, ({ presentMs }) => presentMs);
  }

  /** Who has the customer now: the one who greeted last; undefined before the first, and after the end. */
  get present(): ContactAgent | undefined {
    return this.current;
  }

  /** Who finished the contact: the last person, else the last bot. */
  get finisher(): ContactAgent | undefined {
    return this.last ?? creditedOf(this.all).at(-1);
  }

  private of(agentId: string): ContactAgent | undefined {
    for (const agent of this.all) if (agent.agentId === agentId) return agent;
    return undefined;
  }

  private pass(at: number): void {
    if (this.current === undefined) return;
    this.current.presentMs += at - this.currentSince;
    this.currentSince = at;
  }
}
