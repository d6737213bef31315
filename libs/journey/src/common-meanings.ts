/** Descriptions of fields that mean the same in every touchpoint; a field's own `@Means` takes precedence. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['contactId', 'The conversation, by the contact centre’s own id.'],
  [
    'issueId',
    'The issue (ticket, case), by the source’s own id; it belongs to the customer it was published for.',
  ],
  ['promiseId', 'The promise, by the source’s own id.'],
  ['orderId', 'The order, by the shop’s own id.'],
  ['offerId', 'The offer, by the source’s own id.'],
  ['contractId', 'The contract, by the source’s own id.'],
  ['surveyId', 'One survey sent to one customer; an answer under the same id replaces the earlier one.'],
  ['alertId', 'The alert.'],
  ['agentId', 'Who acted, by an id that is no address or telephone number.'],
  ['fromAgentId', 'The agent who had it before.'],
  ['toAgentId', 'The agent who has it now.'],
  ['team', 'The team it belongs to now.'],
  ['fromTeam', 'The team that had it before.'],
  ['toTeam', 'The team that has it now.'],
  ['queue', 'The queue in which the customer waited.'],
  ['category', 'What it is about, in the company’s own words: `billing`, `delivery`.'],
  ['reason', 'Why, in a few words; nothing personal.'],
  ['description', 'In the customer’s or the agent’s words. Stored encrypted.'],
  ['comment', 'What the customer wrote. Stored encrypted.'],
  ['sentiment', 'How the customer felt, from −1 (hostile) to 1 (delighted), as the source measured it.'],
  ['severity', 'How much it hurts the customer. It decides the target of the SLA.'],
  ['channel', 'The way the two sides spoke.'],
  ['amount', 'A decimal number as text, zero or more: `"19.90"`.'],
  ['currency', 'ISO 4217: `EUR`.'],
  ['expectation', 'What the customer expected, 1 to 7 (7 is best).'],
  ['waitSeconds', 'How long the customer waited, seconds.'],
  ['survey', 'The kind of survey: satisfaction, recommendation, effort, or a dimension of quality.'],
  ['policy', 'The name of the policy: publishing it again under a new version replaces it.'],
  ['version', 'The version of the policy, from 1.'],
  ['effectiveFrom', 'From when on it holds, business time.'],
]);

/** What a field of this name means in every touchpoint; undefined where it means something else in each. */
export function commonMeaning(field: string): string | undefined {
  return MEANINGS.get(field);
}
