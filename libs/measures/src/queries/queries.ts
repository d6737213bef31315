import { listPlace } from '#views';
import { measureOverTime } from './measure.js';
import { measureRows } from './measure-rows.js';
import { overview } from './overview.js';

/** The queries of measures, by the name under which they cross to a query thread. */
export const MEASURE_QUERIES = { measure: measureOverTime, 'measure-rows': measureRows, overview };

/** Where the next page begins. */
export const MEASURE_PLACES = { 'measure-rows': listPlace };
