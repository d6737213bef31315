export { MEASURES } from './catalogue.js';
export { DIMENSION_NAMES, type DimensionName, DIMENSIONS } from './dimensions.js';
export type { Figure, Measure } from './measure.js';
export { MEASURE_ANSWERS } from './queries/answers.js';
export { type Catalogue, CATALOGUE, catalogueSchema } from './queries/catalogue-answer.js';
export type { MeasureAnswer } from './queries/measure.js';
export { PARTS } from './queries/measure-rows.js';
export { MEASURE_PLACES, MEASURE_QUERIES } from './queries/queries.js';
export { type Bucket, BUCKETS } from './time/buckets.js';
