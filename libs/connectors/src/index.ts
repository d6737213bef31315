export { readMapping } from './read-mapping.js';
export { checkColumns, columnsOf } from './columns.js';
export {
  RowMapper,
  ruleOf,
  type MappedRow,
  type RefusedRow,
  type SingleRow,
  type TouchpointEvent,
} from './row-mapper.js';
export { UnmatchedWords, type UnmatchedColumn } from './unmatched-words.js';
export { cellsOf, columnNamesOf } from './object-cells.js';
export type { Encoding, FileFormat, Mapping } from './mapping.js';
export type { Vocabulary, KnownTouchpoint, DataSchema } from './vocabulary.js';
export { suggestion } from './suggestion.js';
export { journeyVocabulary } from './journey-vocabulary.js';
