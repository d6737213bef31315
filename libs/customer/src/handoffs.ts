import type { About } from './about.js';
import type { FactsOf } from './facts.js';
import type { Holder } from './holder.js';
import { Records } from './records.js';

/** What was handed on: a contact, or an issue (by a transfer, or by an escalation). */
export type HandoffKind = 'contact' | 'issue' | 'escalation';

/** One hand-off: somebody passed a contact or an issue on to somebody else. */
export interface HandoffRecord {
  changed: boolean;
  readonly customer: string;
  readonly eventId: string;
  readonly kind: HandoffKind;
  readonly contactId: string | null;
  readonly issueId: string | null;
  /** Milliseconds. */
  readonly at: number;
  readonly fromAgentId: string | null;
  readonly fromTeam: string | null;
  /** As the event says, else who greeted the customer next in that contact; null while nobody has. */
  toAgentId: string | null;
  toTeam: string | null;
  /** Whoever receives it had handed the same contact or issue on before. */
  returnsToAgent: boolean;
  returnsToTeam: boolean;
  readonly informationRepeated: boolean;
  readonly about: About;
}

/** Who handed one contact or issue on so far. */
interface Givers {
  readonly agents: Set<string>;
  readonly teams: Set<string>;
}

/** Hand-offs of contacts and issues, each with who gave, who received, and whether it came back. */
export class Handoffs {
  readonly records = new Records<HandoffRecord>();
  /** By contact: the hand-off whose receiver has not greeted the customer yet. */
  private readonly awaited = new Map<string, HandoffRecord>();
  private readonly givers = new Map<string, Givers>();

  /** A contact was handed on by `from`, who had it until then. */
  contactTransferred(fact: FactsOf<'ContactTransferred'>, from: Holder, about: About): void {
    const { customer, data } = fact;
    const handoff = this.note(fact, 'contact', from, about);
    const key = keyOf(customer, data.contactId);
    if (handoff.toAgentId === null || handoff.toTeam === null) this.awaited.set(key, handoff);
    else this.awaited.delete(key);
  }

  /** Somebody greeted the customer: the receiver of a hand-off that names none. */
  greeted({ customer, data }: FactsOf<'CustomerGreeted'>): void {
    const key = keyOf(customer, data.contactId);
    const handoff = this.awaited.get(key);
    if (handoff === undefined) return;
    this.awaited.delete(key);
    // Who greets although another was named is not the one to whom it was handed.
    if (handoff.toAgentId !== null && handoff.toAgentId !== data.agentId) return;
    handoff.toAgentId = data.agentId;
    handoff.toTeam ??= data.team ?? null;
    this.noteReturn(handoff);
    this.records.touch(handoff);
  }

  /** An issue was handed on by `from`, who had it until then. */
  issueHanded(fact: FactsOf<'IssueTransferred' | 'IssueEscalated'>, from: Holder, about: About): void {
    this.note(fact, fact.type === 'IssueTransferred' ? 'issue' : 'escalation', from, about);
  }

  private note(
    fact: FactsOf<'ContactTransferred' | 'IssueTransferred' | 'IssueEscalated'>,
    kind: HandoffKind,
    from: Holder,
    about: About,
  ): HandoffRecord {
    const { customer, eventId, occurredAt: at, data } = fact;
    const { contactId, issueId } = about;
    const handoff = this.records.change(customer, eventId, () => ({
      ...{ changed: false, customer, eventId, kind, at, about },
      contactId: kind === 'contact' ? contactId : null,
      issueId,
      ...{ fromAgentId: from.agentId, fromTeam: from.team },
      toAgentId: ('toAgentId' in data ? data.toAgentId : undefined) ?? null,
      toTeam: data.toTeam ?? null,
      ...{ returnsToAgent: false, returnsToTeam: false },
      informationRepeated: 'informationRepeated' in data && data.informationRepeated === true,
    }));
    const { agents, teams } = this.giversOf(handoff);
    if (from.agentId !== null) agents.add(from.agentId);
    if (from.team !== null) teams.add(from.team);
    this.noteReturn(handoff);
    return handoff;
  }

  /** What stays with the same agent or team does not come back to it. */
  private noteReturn(handoff: HandoffRecord): void {
    const { agents, teams } = this.giversOf(handoff);
    const { fromAgentId, toAgentId, fromTeam, toTeam } = handoff;
    handoff.returnsToAgent = toAgentId !== null && toAgentId !== fromAgentId && agents.has(toAgentId);
    handoff.returnsToTeam = toTeam !== null && toTeam !== fromTeam && teams.has(toTeam);
  }

  private giversOf({ customer, contactId, issueId }: HandoffRecord): Givers {
    const key = contactId === null ? keyOf(customer, `\n${issueId}`) : keyOf(customer, contactId);
    let givers = this.givers.get(key);
    if (givers === undefined) this.givers.set(key, (givers = { agents: new Set(), teams: new Set() }));
    return givers;
  }
}

/** Ids hold no control characters. */
const keyOf = (customer: string, id: string): string => `${customer}\n${id}`;
