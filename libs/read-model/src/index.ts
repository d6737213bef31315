export { EmbeddedReadModel, type EmbeddedReadModelOptions } from './embedded/embedded-read-model.js';
export {
  EmbeddedReadModelReader,
  type EmbeddedReaderOptions,
} from './embedded/embedded-read-model-reader.js';
