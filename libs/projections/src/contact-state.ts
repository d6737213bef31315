import type { FactsOf } from './on-facts.js';

/** The five steps of a contact done well, in their order. */
export const STEPS = ['greet', 'needs', 'meet', 'confirm', 'door'] as const;
export type Step = (typeof STEPS)[number];

/** The touchpoints that show a step to have been done. */
const DONE_BY = {
  CustomerGreeted: 'greet',
  NeedsIdentified: 'needs',
  ResolutionProvided: 'meet',
  ResolutionConfirmed: 'confirm',
  ReturnInvited: 'door',
} as const satisfies { readonly [type: string]: Step };

/** The touchpoints that a contact's service is judged by. */
export const SERVICE_EVENTS = [
  ...(Object.keys(DONE_BY) as (keyof typeof DONE_BY)[]),
  'IssueRaised',
  'ContactEnded',
] as const;

export type ServiceEvent = (typeof SERVICE_EVENTS)[number];
export type ServiceFact = FactsOf<ServiceEvent>;

/** How a contact went. */
export interface ContactState {
  readonly done: readonly Step[];
  /** Whether there was something to be met: a need or an issue. */
  readonly need: boolean;
  readonly ended?: { readonly at: number; readonly completed: boolean };
}

const BEGUN: ContactState = { done: [], need: false };

/** The contact after one more fact about it. */
export function afterService(contact: ContactState = BEGUN, fact: ServiceFact): ContactState {
  if (fact.type === 'ContactEnded') {
    if (contact.ended !== undefined) return contact;
    return { ...contact, ended: { at: fact.occurredAt, completed: fact.data.disposition === 'completed' } };
  }
  if (fact.type === 'IssueRaised') return { ...contact, need: true };
  const step = DONE_BY[fact.type];
  const need = contact.need || step === 'needs' || step === 'meet' || step === 'confirm';
  if (contact.done.includes(step)) return { ...contact, need };
  return { ...contact, need, done: [...contact.done, step] };
}

/**
 * The share of the applicable steps that were done, 0…1; undefined until the contact has ended. In a completed contact
 * greeting, finding the need and leaving the door open always apply, meeting and confirming where there was a need or
 * an issue. One that was abandoned or dropped is asked for what was done and the step at which it broke off.
 */
export function serviceShare({ done, need, ended }: ContactState): number | undefined {
  if (ended === undefined) return undefined;
  if (!ended.completed) return done.length / Math.min(STEPS.length, done.length + 1);
  const applicable = STEPS.filter((step) => need || (step !== 'meet' && step !== 'confirm'));
  return applicable.filter((step) => done.includes(step)).length / applicable.length;
}
