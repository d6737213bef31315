import { mentionsTable } from '#views';
import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';

export const mentionSentiment = defineMeasure({
  name: 'mention-sentiment',
  summary: 'The sentiment of public mentions, −1 to 1, on average',
  formula: 'Σ sentiment ÷ mentions with a sentiment',
  events: ['PublicMentionPosted'],
  numerator: 'sentiment together',
  denominator: 'public mentions whose sentiment is known',
  bookedAt: 'when it was posted',
  unit: 'score',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: { segment: 'segment' },
  table: mentionsTable,
  time: 'postedAt',
  where: [
    { column: 'kind', is: '=', value: 'mention' },
    { column: 'sentimentMillionths', is: 'not-null' },
  ],
  kind: mean('sentimentMillionths', 1_000_000),
});
