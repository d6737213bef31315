import { loyaltyInputs, type CustomerState } from '#customer';
import { formatTime } from '#event-sourcing';
import {
  cesOf,
  csatOf,
  LOYALTY_COMPONENTS,
  loyaltyAt,
  type LoyaltyComponent,
  nextLoyaltyBandAt,
  npsOf,
  ownShare,
  round6,
  type ViewContext,
} from '#scoring';
import { customersTable } from '../customers/customers-table.js';
import {
  count,
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

/** The bands of loyalty; `unknown` while too little of it is known. */
export const LOYALTY_BANDS = ['low', 'medium', 'high', 'unknown'] as const;

const share = { minimum: 0, maximum: 1 };
const interval = { low: number(), high: number() };

const component = object({
  component: oneOf(LOYALTY_COMPONENTS),
  weight: number('as the policy says; only the ratio matters', { minimum: 0 }),
  value: nullable(number('null when it was not measured: its weight went to the others', share)),
  coverage: number('how much of the value was measured: the rest is the population’s mean', share),
  expectationAssumed: optional(
    number('of attitude: share of the answers whose expectation was not recorded and is the policy’s', share),
  ),
});

const nps = object({
  promoters: count('answers of 9 and 10'),
  detractors: count('answers of 0 to 6'),
  n: count('surveys answered'),
  nps: nullable(number('share of promoters less share of detractors', { minimum: -1, maximum: 1 })),
  interval: nullable(
    object({ centre: number(), margin: number(), ...interval }, '95 %, adjusted Wald, around `centre`'),
  ),
});

const csat = object({
  csat: nullable(number('share of answers of 4 and 5 of 5', share)),
  interval: nullable(object(interval, '95 %, Wilson')),
  n: count('surveys answered'),
  responseRate: nullable(number('share of the distinct surveys sent that were answered', share)),
});

const ces = object({
  ces: nullable(number('share of answers that say it was easy', share)),
  interval: nullable(object(interval, '95 %, Wilson')),
  mean: nullable(number('of the answers 1–7, 7 = easy', { minimum: 1, maximum: 7 })),
  n: count('surveys answered'),
});

const schema = object({
  score: nullable(number('null while no component is known', { minimum: 0, maximum: 100 })),
  band: oneOf(LOYALTY_BANDS),
  coverage: number('share of the weights whose components are known', share),
  components: list(component),
  nps: optional(nps),
  csat: optional(csat),
  ces: optional(ces),
  calibrated: flag('false until the model is fitted to the company’s own events'),
  modelVersion: text(),
  policyVersion: text(),
  lookAhead: marker('present when the model was trained through a later time than is asked about'),
  nextBandAt: optional(time('when silence alone will put the customer into another band; absent: never')),
});

/** How attached the customer is, as published. */
export type LoyaltyView = TypeOf<typeof schema>;

/** How attached is the customer? What they do, what they say, what they tell others, and how they were served. */
export const loyalty = defineView({
  name: 'loyalty',
  member: 'loyalty',
  version: 2,
  summary: 'How attached the customer is',
  schema,
  tables: [customersTable],
  bands: {
    ...{ table: customersTable, column: 'loyaltyBand', names: LOYALTY_BANDS },
    score: { column: 'loyalty', step: 10, end: 100 },
  },
  publish: loyaltyView,
  score: {
    gap: 'ageing',
    at: (state, context) => {
      const { score, band } = loyaltyAt(loyaltyInputs(state), context.asOf, context);
      return { score, beside: { band } };
    },
    kind: () => '',
    opening: () => null,
    restsOn: (state, context) =>
      new Map(
        loyaltyAt(loyaltyInputs(state), context.asOf, context).components.flatMap(
          ({ component: name, value }) => (value === null ? [] : [[name, value.toFixed(2)] as const]),
        ),
      ),
  },
});

function loyaltyView(state: CustomerState, context: ViewContext): LoyaltyView {
  const { asOf, model, policy } = context;
  const inputs = loyaltyInputs(state);
  const { score, band, coverage, components } = loyaltyAt(inputs, asOf, context);
  const nextAt = nextLoyaltyBandAt(inputs, asOf, context);
  const { feedback } = state;
  return {
    score,
    band,
    coverage,
    components: components.map((part) => ({
      ...part,
      ...measured(part.component, part.value, state, context),
    })),
    ...(feedback.nps && { nps: rounded(npsOf(feedback.nps)) }),
    ...(feedback.csat && { csat: rounded(csatOf(feedback.csat)) }),
    ...(feedback.ces && { ces: rounded(cesOf(feedback.ces)) }),
    calibrated: model.calibrated,
    modelVersion: model.version,
    policyVersion: policy.version,
    ...(context.lookAhead && { lookAhead: true }),
    ...(nextAt !== null && { nextBandAt: formatTime(nextAt) }),
  };
}

/** How much of a component's value was measured. */
function measured(
  part: LoyaltyComponent,
  value: number | null,
  { contacts, feedback }: CustomerState,
  { asOf, policy }: ViewContext,
): { readonly coverage: number; readonly expectationAssumed?: number } {
  if (value === null) return { coverage: 0 };
  if (part === 'process') return { coverage: round6(ownShare(contacts.process!, asOf, policy.process)) };
  if (part !== 'attitude') return { coverage: 1 };
  const { n, assumed } = feedback.ratings;
  return {
    coverage: round6(ownShare(feedback.attitude!, asOf, policy.attitude)),
    expectationAssumed: round6(assumed / n),
  };
}

/** Every number within, as published. */
function rounded<T>(value: T): T {
  if (typeof value === 'number') return round6(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member)])) as T;
}
