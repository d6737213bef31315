import { type Cells, type Projection, ROOT } from '#event-sourcing';
import type { FactName } from '#journey';
import type { FoldContext, ViewContext } from '#scoring';
import { afterBehaviour, BEHAVIOUR_EVENTS, type BehaviourEvent } from './behaviour-state.js';
import { contactCell, contractCell } from './cell-keys.js';
import { SERVICE_EVENTS } from './contact-state.js';
import { expectationCells, noteExpectation } from './expectation.js';
import { ISSUE_EVENTS } from './issue-state.js';
import {
  afterContact,
  afterFeedback,
  afterMention,
  afterSurvey,
  type LoyaltyState,
  unknownLoyalty,
} from './loyalty-state.js';
import { LOYALTY_LIST, loyaltyRows, loyaltyView, type LoyaltyView } from './loyalty-view.js';
import { type Change, changing, PRESENCE } from './on-facts.js';
import { PROMISE_EVENTS } from './promise-state.js';

type LoyaltyChange<Name extends FactName> = Change<LoyaltyState, Name>;

function changeRoot(
  cells: Cells,
  at: number,
  _context: FoldContext,
  change: (state: LoyaltyState) => LoyaltyState,
): void {
  cells.set(ROOT, change({ ...(cells.get<LoyaltyState>(ROOT) ?? unknownLoyalty(at)), at }));
}

const behaviour: LoyaltyChange<BehaviourEvent> = (state, fact, cells) => ({
  ...state,
  behaviour: afterBehaviour(state.behaviour, fact, cells),
});

const service: LoyaltyChange<(typeof SERVICE_EVENTS)[number]> = (state, fact, cells, context) => {
  if (fact.type === 'NeedsIdentified') noteExpectation(cells, fact);
  return afterContact(state, fact, cells, context);
};

/** Something that says nothing about loyalty, but that the customer is there. */
const presence: LoyaltyChange<FactName> = (state) => state;

/** How attached is the customer? What they do, what they say, what they tell others, and how they were served. */
export const loyalty: Projection<FoldContext, ViewContext, LoyaltyView> = {
  name: 'loyalty',
  version: 1,
  handlers: {
    ...changing(
      [...PRESENCE, ...PROMISE_EVENTS, ...ISSUE_EVENTS, 'ContactStarted', 'ContactTransferred'],
      presence,
      changeRoot,
    ),
    ...changing(BEHAVIOUR_EVENTS, behaviour, changeRoot),
    ...changing(SERVICE_EVENTS, service, changeRoot),
    ...changing(['FeedbackGiven'], afterFeedback, changeRoot),
    ...changing(['SurveySent'], afterSurvey, changeRoot),
    ...changing(
      ['ReferralMade', 'PublicMentionPosted'],
      (state, fact, _, context) => afterMention(state, fact, context),
      changeRoot,
    ),
  },
  touches(fact) {
    const { contactId, contractId } = fact.data as { readonly [id in 'contactId' | 'contractId']?: string };
    return [
      ROOT,
      ...(contactId === undefined ? [] : [contactCell(contactId)]),
      ...(contractId === undefined ? [] : [contractCell(contractId)]),
      ...expectationCells(fact.data as object),
    ];
  },
  viewTouches: () => [],
  view: (cells, context) => loyaltyView(cells.get<LoyaltyState>(ROOT), context),
  list: LOYALTY_LIST,
  rows: (key, cell, context) => (key === ROOT ? loyaltyRows(cell as LoyaltyState, context) : []),
};
