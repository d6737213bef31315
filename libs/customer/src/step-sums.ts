import { type Contact, STEP } from './contact.js';

type StepName = keyof typeof STEP;

const NAMES = Object.keys(STEP) as readonly StepName[];

/** The steps of all ended contacts, added up as contacts change: one customer may have very many. */
export class StepSums {
  ended = 0;
  done = 0;
  applicable = 0;
  /** In how many contacts each step is missing. */
  readonly missing = Object.fromEntries(NAMES.map((step) => [step, 0])) as { [step in StepName]: number };

  /** Adds a contact as it is now (`sign` 1), or takes it out before it changes (-1). */
  count(contact: Contact, sign: 1 | -1): void {
    if (contact.endedAt === null) return;
    this.ended += sign;
    this.done += sign * contact.stepsDone;
    this.applicable += sign * contact.stepsApplicable!;
    for (const step of NAMES) if (contact.stepOutcome(step) === 'missing') this.missing[step] += sign;
  }
}
