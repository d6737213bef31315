import { churnInputs, CustomerState } from '#customer';
import { anotherFold, type ChurnInputs, type RolledCustomer, type ViewContext } from '#scoring';
import { knownUpTo } from './known-up-to.js';
import { PersonFacts } from './person-facts.js';
import type { QueryContext } from './query-context.js';
import { personsOf } from './table-rows.js';

/** Every customer of a tenant at several landmarks, by the policies in force at the last one. */
export interface LandmarkInputs {
  /** Milliseconds, ascending. */
  readonly landmarks: readonly number[];
  /** Their inputs, in the order of the landmarks. */
  readonly customers: readonly RolledCustomer[];
  readonly context: ViewContext;
  /** The newest model published so far: 0 before the first. */
  readonly models: number;
}

/**
 * Folds every customer of a tenant once, and keeps what the risk of churn is worked out from at `asOf` and at the earlier
 * landmarks (all ms) that the policies in force at `asOf` ask for.
 */
export function landmarkInputs(
  query: QueryContext,
  tenant: string,
  asOf: number,
  earlier: (context: ViewContext) => readonly number[],
): Promise<LandmarkInputs> {
  return query.reader.snapshot(async (reader) => {
    const known = await knownUpTo(reader, query, tenant, undefined);
    const context = known.book.viewAt(asOf);
    const landmarks = [...new Set([...earlier(context), asOf])].sort((a, b) => a - b);
    const { layouts } = await reader.timelineState();
    const customers: RolledCustomer[] = [];
    for await (const { person, timelines } of personsOf(reader, tenant, undefined)) {
      await query.yieldTurn();
      const { counting } = new PersonFacts(timelines, layouts, tenant);
      const own = anotherFold(context);
      const state = new CustomerState();
      let next = 0;
      const inputs = landmarks.map((landmark): ChurnInputs | undefined => {
        for (; next < counting.length && counting[next]!.occurredAt <= landmark; next++)
          state.apply(counting[next]!, own);
        // The state goes on being changed.
        return state.lastAt === undefined ? undefined : structuredClone(churnInputs(state));
      });
      customers.push({ customer: person.survivor, inputs });
    }
    const models = known.tenant?.policies.filter(({ type }) => type === 'ScoringModelFitted') ?? [];
    return { landmarks, customers, context, models: models.length };
  });
}
