import { formatTime, type ReadModelReader } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import { churnRisk } from '../churn-risk.js';
import type { ChurnRiskView } from '../churn-view.js';
import type { IssuesView } from '../issues-view.js';
import { loyalty } from '../loyalty.js';
import type { LoyaltyView } from '../loyalty-view.js';
import type { CustomerProjection } from '../projections.js';
import { unresolvedIssues } from '../unresolved-issues.js';
import type { Asker, CustomerFrame, CustomerMoment } from './asker.js';
import { asOfOf, type Knowledge, knowledgeAt } from './moment.js';
import { lastEventOf, type Person, personOf } from './person.js';
import { stateAt } from './state-at.js';

/** The published views by name. */
export interface Views {
  readonly loyalty: LoyaltyView;
  readonly 'churn-risk': ChurnRiskView;
  readonly issues: IssuesView;
}

export type ViewName = keyof Views;

/** The projection of each published view. */
export const VIEWS: { readonly [name in ViewName]: CustomerProjection } = {
  loyalty,
  'churn-risk': churnRisk,
  issues: unresolvedIssues,
};

/** All views of a customer together. */
export interface CustomerViews extends CustomerFrame {
  readonly loyalty: LoyaltyView;
  readonly churnRisk: ChurnRiskView;
  readonly issues: IssuesView;
}

/** A question about one customer, with what it takes to answer it. */
export interface CustomerInquiry {
  readonly reader: ReadModelReader;
  readonly person: Person;
  readonly known: Knowledge;
  /** Milliseconds. */
  readonly asOf: number;
  readonly context: ViewContext;
  readonly frame: CustomerFrame;
}

/**
 * Runs `answer` on one moment of the read model, for the person behind the id. Throws NotFound where nothing was ever
 * recorded of them, InvalidInput for a malformed moment.
 */
export function inquire<T>(
  asker: Asker,
  question: CustomerMoment,
  answer: (inquiry: CustomerInquiry) => Promise<T>,
): Promise<T> {
  return asker.reader.snapshot(async (reader) => {
    const { tenant, customer } = question;
    const known = await knowledgeAt(reader, asker, tenant, question.at);
    const person = await personOf(reader, tenant, customer, known.at);
    const last = await lastEventOf(reader, person);
    const asOf = asOfOf(asker, question, last.occurredAt);
    const { survivor, mergedInto } = person;
    const frame: CustomerFrame = {
      customer: survivor,
      ...(mergedInto !== undefined && { mergedInto }),
      asOf: formatTime(asOf),
      position: String(known.position),
    };
    return answer({ reader, person, known, asOf, context: known.book.viewAt(asOf), frame });
  });
}

/** One view at the moment of an inquiry. */
export async function viewOf<Name extends ViewName>(
  { reader, person, known, context }: CustomerInquiry,
  name: Name,
): Promise<Views[Name]> {
  const projection = VIEWS[name];
  const cells = await stateAt(reader, person, projection, context, known.at);
  return projection.view(cells, context) as Views[Name];
}

/** One view of a customer. Throws NotFound for an unknown customer. */
export function customerView<Name extends ViewName>(
  asker: Asker,
  question: CustomerMoment & { readonly view: Name },
): Promise<CustomerFrame & Views[Name]> {
  return inquire(asker, question, async (inquiry) => ({
    ...inquiry.frame,
    ...(await viewOf(inquiry, question.view)),
  }));
}

/** All views of a customer together. Throws NotFound for an unknown customer. */
export function customerQuestion(asker: Asker, question: CustomerMoment): Promise<CustomerViews> {
  return inquire(asker, question, async (inquiry) => ({
    ...inquiry.frame,
    loyalty: await viewOf(inquiry, 'loyalty'),
    churnRisk: await viewOf(inquiry, 'churn-risk'),
    issues: await viewOf(inquiry, 'issues'),
  }));
}
