import { listPlace } from '#views';
import { leadingInsight } from '../insights/leading-insight.js';
import { repurchaseInsight } from '../insights/repurchase-insight.js';
import { standingInsight } from '../insights/standing-insight.js';
import { measureOverTime } from './measure.js';
import { measureRows } from './measure-rows.js';
import { overview } from './overview.js';

/** The queries of measures, by the name under which they cross to a query thread. */
export const MEASURE_QUERIES = {
  measure: measureOverTime,
  'measure-rows': measureRows,
  overview,
  'insight-leading': leadingInsight.answer,
  'insight-repurchase': repurchaseInsight.answer,
  'insight-standing': standingInsight.answer,
};

/** Where the next page begins. */
export const MEASURE_PLACES = { 'measure-rows': listPlace };
