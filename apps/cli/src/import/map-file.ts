import { readFile } from 'node:fs/promises';
import { journeyVocabulary, readMapping, type Mapping } from '#connectors';
import { Failure } from '../failure.js';

/**
 * The mapping in a YAML file. Scalars are read as they are written (`TRUE` stays TRUE), since they name cells of a
 * file. Throws with the line when it is no YAML, and with every fault when it is no mapping.
 */
export async function readMapFile(path: string): Promise<Mapping> {
  // Only this reads YAML: no other command waits for it to be loaded.
  const { parseDocument } = await import('yaml');
  const document = parseDocument(await readFile(path, 'utf8'), { schema: 'failsafe', prettyErrors: true });
  const [wrong] = document.errors;
  if (wrong !== undefined)
    throw new Failure('invalid-mapping', `${path} is no YAML: ${wrong.message.split('\n')[0]!}`);
  return readMapping(document.toJS(), journeyVocabulary());
}
