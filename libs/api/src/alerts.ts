import { ALERT_KINDS } from '#journey';
import { schema } from '#views';

const { list, nullable, number, object, oneOf, optional, position, text, time } = schema;

const alert = object({
  alertId: text(),
  rule: text('the name of the rule'),
  rules: nullable(text('the publication of rules by which it was raised: `<policy>@<version>`')),
  kind: nullable(oneOf(ALERT_KINDS, 'what the rule is about')),
  state: oneOf(['open', 'closed']),
  customer: optional(text()),
  issueId: optional(text()),
  promiseId: optional(text()),
  publishedTo: optional(
    text('the identity that issue or promise was published to, where that is another than the customer'),
  ),
  source: optional(text('the source that is silent')),
  measure: optional(text('the measure that is beyond its threshold')),
  dueAt: nullable(time('when what it warns of happens or has happened')),
  value: nullable(number('the value found, e.g. the excess risk or the measure')),
  raisedAt: time(),
  closedAt: nullable(time('null while it is open')),
  reason: nullable(text('why it was closed')),
  position: position('of the event that raised it'),
});

/** Alerts, the last raised first. */
export const alertsSchema = object({
  asOf: time('the business time that was asked about, inclusive'),
  position: position('everything recorded up to here is in the answer'),
  items: list(alert),
  next: nullable(text('where the next page begins; null at the end')),
});
