import { churnInputs, CustomerState } from '#customer';
import { formatTime } from '#event-sourcing';
import { churnKind, churnReasons, churnScore, nextBandAt, round6, SIGNALS, type ViewContext } from '#scoring';
import { customersTable } from '../customers/customers-table.js';
import {
  flag,
  list,
  marker,
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

/** The bands of the excess risk, and those gone for good. */
export const CHURN_BANDS = ['low', 'medium', 'high', 'critical', 'lost'] as const;
/** What the behavioural part of a risk rests on. */
export const CHURN_KINDS = ['contractual', 'non-contractual', 'base-rate'] as const;

const share = { minimum: 0, maximum: 1 };

/** One reason for a risk. */
export const churnReason = object({
  code: oneOf(['silence', 'left', 'contract', ...SIGNALS]),
  text: text('in words'),
  weight: number('what it adds to the log odds of leaving'),
});

const schema = object({
  risk: nullable(
    number('chance of churn within the horizon; null where nothing is known of the customer', share),
  ),
  excess: nullable(
    number('how much of the room between the risk just after a purchase and certainty is used up', share),
  ),
  band: nullable(oneOf(CHURN_BANDS, 'of the excess; `lost`: critical for long by silence alone, or left')),
  left: marker('present when the last contract has ended'),
  kind: oneOf(CHURN_KINDS, 'what the behavioural part rests on'),
  horizonDays: number('days within which no purchase, or the end of the contract, counts as churn'),
  pAlive: optional(number('chance that the customer still buys at all; of the non-contractual kind', share)),
  coverage: number('1 where behaviour is known, 0 where the base rate of the policy stands in for it', share),
  calibrated: flag('false until the model is fitted to the company’s own events'),
  modelVersion: text(),
  policyVersion: text(),
  lookAhead: marker('present when the model was trained through a later time than is asked about'),
  reasons: list(churnReason, 'why, the weightiest first: of the state, not of the path to it'),
  nextBandAt: optional(time('when silence alone will put the customer into another band; absent: never')),
});

/** How likely the customer is to leave, as published. */
export type ChurnRiskView = TypeOf<typeof schema>;

/** Will the customer leave? Behaviour, and what service added to it. */
export const churnRisk = defineView({
  name: 'churn-risk',
  member: 'churnRisk',
  version: 2,
  summary: 'How likely the customer is to leave',
  schema,
  tables: [customersTable],
  bands: { table: customersTable, column: 'band', names: CHURN_BANDS },
  publish: churnRiskView,
  score: {
    gap: 'silence',
    at: (state, context) => {
      const { risk, excess, band } = churnScore(churnInputs(state), context.asOf, context);
      return { score: state.lastAt === undefined ? null : risk, beside: { excess, band } };
    },
    kind: (state, context) => churnKind(state.behaviour, context),
    // Before anything is known: the base rate.
    opening: (context) => churnScore(churnInputs(new CustomerState()), context.asOf, context).risk,
    restsOn: (state, context) =>
      new Map(
        churnReasons(churnInputs(state), context.asOf, context, Infinity).map(({ code, text: words }) => [
          code,
          words,
        ]),
      ),
  },
});

function churnRiskView(state: CustomerState, context: ViewContext): ChurnRiskView {
  const { asOf, model, policy } = context;
  const inputs = churnInputs(state);
  const score = churnScore(inputs, asOf, context);
  const known = state.lastAt !== undefined;
  const nextAt = known ? nextBandAt(inputs, asOf, context) : null;
  return {
    risk: known ? round6(score.risk) : null,
    excess: known ? round6(score.excess) : null,
    band: known ? score.band : null,
    ...(score.left && { left: true }),
    kind: score.kind,
    horizonDays: score.horizonDays,
    ...(score.pAlive !== null && { pAlive: round6(score.pAlive) }),
    coverage: score.coverage,
    calibrated: model.calibrated,
    modelVersion: model.version,
    policyVersion: policy.version,
    ...(context.lookAhead && { lookAhead: true }),
    reasons: known ? churnReasons(inputs, asOf, context) : [],
    ...(nextAt !== null && { nextBandAt: formatTime(nextAt) }),
  };
}
