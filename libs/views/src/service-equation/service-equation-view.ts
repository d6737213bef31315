import type { Contact } from '#customer';
import { formatTime, timeOrNull } from '#event-sourcing';
import { CHANNELS } from '#journey';
import { round6 } from '#scoring';
import { compareIds } from '../compare-ids.js';
import {
  count,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import { defineView } from '../view.js';

/** The five steps of a contact, in their order, with the touchpoints that show them. */
const STEPS = {
  greeting: 'CustomerGreeted',
  needs: 'NeedsIdentified',
  resolution: 'ResolutionProvided',
  confirmation: 'ResolutionConfirmed',
  invitation: 'ReturnInvited',
} as const;

type Step = keyof typeof STEPS;

const STEP_NAMES = Object.keys(STEPS) as readonly Step[];

/** At most this many contacts are listed, the latest. */
const LISTED = 100;

const share = { minimum: 0, maximum: 1 };

const contact = object({
  contactId: text(),
  publishedTo: optional(
    text('the identity it was published to, where several identities have a contact of this id'),
  ),
  channel: nullable(oneOf(CHANNELS)),
  startedAt: time(),
  endedAt: nullable(time('null while it goes on')),
  done: list(oneOf(STEP_NAMES)),
  missing: list(
    oneOf(STEP_NAMES),
    'steps that apply and were not done; known from the end of the contact on',
  ),
  completeness: nullable(number('steps done of those that apply; null while it goes on', share)),
});

const schema = object({
  completeness: nullable(
    number('steps done of those that apply, over all ended contacts; null before the first', share),
  ),
  contactCount: count('contacts of the customer'),
  endedCount: count('those that have ended'),
  missing: object(
    Object.fromEntries(STEP_NAMES.map((step) => [step, count()])) as {
      [step in Step]: ReturnType<typeof count>;
    },
    'in how many ended contacts each step is missing',
  ),
  contacts: list(contact, `the latest ${LISTED}, the latest first`),
});

/** How completely the five steps of each contact were done: greet, find the need, meet it, make sure that nothing is left, invite back. */
export const serviceEquation = defineView({
  name: 'service-equation',
  member: 'serviceEquation',
  version: 1,
  summary: 'Which of the five steps of good service were done in each contact',
  schema,
  tables: [],
  publish({ contacts: { records, began, steps } }): TypeOf<typeof schema> {
    const { ended, done, applicable, missing } = steps;
    return {
      completeness: ended === 0 ? null : round6(done / applicable),
      contactCount: began.length,
      endedCount: ended,
      missing: Object.fromEntries(STEP_NAMES.map((step) => [step, missing[STEPS[step]]])) as {
        [step in Step]: number;
      },
      contacts: latestOf(began).map((one) =>
        published(
          one,
          records.isShared(one.contactId, ({ startedAt }) => startedAt !== undefined),
        ),
      ),
    };
  },
});

/** The `LISTED` latest; of those that began at one time, the first ones by their ids. */
function latestOf(began: readonly Contact[]): readonly Contact[] {
  let from = Math.max(0, began.length - LISTED);
  while (from > 0 && began[from - 1]!.startedAt === began[from]!.startedAt) from -= 1;
  return began.slice(from).sort(latestFirst).slice(0, LISTED);
}

function published(one: Contact, isShared: boolean): TypeOf<typeof contact> {
  const { contactId, customer, channel, startedAt, endedAt, serviceShare } = one;
  const having = (outcome: 'done' | 'missing') =>
    STEP_NAMES.filter((step) => one.stepOutcome(STEPS[step]) === outcome);
  return {
    contactId,
    ...(isShared && { publishedTo: customer }),
    channel: channel ?? null,
    startedAt: formatTime(startedAt!),
    endedAt: timeOrNull(endedAt),
    done: having('done'),
    missing: having('missing'),
    completeness: serviceShare === undefined ? null : round6(serviceShare),
  };
}

function latestFirst(a: Contact, b: Contact): number {
  return (
    b.startedAt! - a.startedAt! || compareIds(a.contactId, b.contactId) || compareIds(a.customer, b.customer)
  );
}
