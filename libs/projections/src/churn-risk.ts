import { type Projection, ROOT } from '#event-sourcing';
import type { FoldContext, ViewContext } from '#scoring';
import { BEHAVIOUR_EVENTS } from './behaviour-state.js';
import { contactCell, contractCell, promiseCell } from './cell-keys.js';
import {
  behaviour,
  changeRoot,
  contact,
  feedback,
  issue,
  mention,
  presence,
  promise,
} from './churn-handlers.js';
import type { ChurnState } from './churn-state.js';
import { CHURN_LIST, churnRiskView, type ChurnRiskView, churnRows } from './churn-view.js';
import { expectationCells } from './expectation.js';
import { issueTouches, MENTIONS } from './issue-contacts.js';
import { ISSUE_EVENTS } from './issue-state.js';
import { changing, PRESENCE } from './on-facts.js';
import { PROMISE_EVENTS } from './promise-state.js';

/** Will the customer leave? Behaviour and what service did to them, with the bands that silence leads through. */
export const churnRisk: Projection<FoldContext, ViewContext, ChurnRiskView> = {
  name: 'churn-risk',
  version: 1,
  handlers: {
    ...changing(BEHAVIOUR_EVENTS, behaviour, changeRoot),
    ...changing(['ContactStarted', 'CustomerGreeted', 'ContactEnded'], contact, changeRoot),
    ...changing(ISSUE_EVENTS, issue, changeRoot),
    ...changing(PROMISE_EVENTS, promise, changeRoot),
    ...changing(MENTIONS, mention, changeRoot),
    ...changing(['FeedbackGiven'], feedback, changeRoot),
    ...changing(
      [...PRESENCE, 'ReturnInvited', 'SurveySent', 'ReferralMade', 'PublicMentionPosted'],
      presence,
      changeRoot,
    ),
  },
  touches(fact) {
    const { contactId, contractId, promiseId } = fact.data as {
      readonly [id in 'contactId' | 'contractId' | 'promiseId']?: string;
    };
    return [
      ROOT,
      ...(contactId === undefined ? [] : [contactCell(contactId)]),
      ...(contractId === undefined ? [] : [contractCell(contractId)]),
      ...(promiseId === undefined ? [] : [promiseCell(promiseId)]),
      ...issueTouches(fact),
      ...expectationCells(fact.data as object),
    ];
  },
  viewTouches: () => [],
  view: (cells, context) => churnRiskView(cells.get<ChurnState>(ROOT), context),
  list: CHURN_LIST,
  rows: (key, cell, context) => (key === ROOT ? churnRows(cell as ChurnState, context) : []),
};
