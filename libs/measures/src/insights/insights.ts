import { schema, type TypeOf } from '#views';
import { leadingInsight } from './leading-insight.js';
import { repurchaseInsight } from './repurchase-insight.js';
import { standingInsight } from './standing-insight.js';

/** Every insight, in the order in which they are shown. */
export const INSIGHTS = [leadingInsight, repurchaseInsight, standingInsight] as const;

const { list, object, text } = schema;

/** Every insight, with what it means. */
export const insightsSchema = object({
  items: list(object({ name: text(), summary: text(), method: text(), caution: text() })),
});

export const INSIGHT_CATALOGUE: TypeOf<typeof insightsSchema> = {
  items: INSIGHTS.map(({ name, summary, method, caution }) => ({ name, summary, method, caution })),
};
