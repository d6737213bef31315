export { readMapping } from './read-mapping.js';
export { checkColumns, columnsOf } from './columns.js';
export { RowMapper, type MappedRow, type RefusedRow, type TouchpointEvent } from './row-mapper.js';
export { cellsOf, columnNamesOf } from './object-cells.js';
export type { Encoding, FileFormat, Mapping } from './mapping.js';
export type { Vocabulary, KnownTouchpoint, DataSchema } from './vocabulary.js';
export { suggestion } from './suggestion.js';
export { journeyVocabulary } from './journey-vocabulary.js';
