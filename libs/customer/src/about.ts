import type { Contacts } from './contacts.js';
import type { Issues } from './issues.js';

/** What an answer, a survey, a promise or an offer is about, as known when it was made; null: not known. */
export interface About {
  readonly contactId: string | null;
  readonly issueId: string | null;
  readonly channel: string | null;
  readonly queue: string | null;
  readonly team: string | null;
  /** The person who had greeted the customer last in the contact. */
  readonly agentId: string | null;
  readonly category: string | null;
  readonly segment: string | null;
}

interface Named {
  readonly contactId?: string;
  readonly issueId?: string;
}

/** What is known of the contact and the issue that a fact names. */
export function aboutOf(
  {
    contacts,
    issues,
    profile,
  }: { contacts: Contacts; issues: Issues; profile: { segment: string | undefined } },
  customer: string,
  { contactId, issueId }: Named,
): About {
  const contact = contactId === undefined ? undefined : contacts.get(customer, contactId);
  const issue = issueId === undefined ? undefined : issues.get(customer, issueId);
  return {
    contactId: contactId ?? null,
    issueId: issueId ?? null,
    channel: contact?.channel ?? null,
    queue: contact?.queue ?? null,
    team: contact?.team ?? issue?.team ?? null,
    agentId: contact?.agents.last?.agentId ?? null,
    category: issue?.knownCategory ?? contact?.category ?? null,
    segment: profile.segment ?? null,
  };
}
