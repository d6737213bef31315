import { DeadLetterBox, type DeadInput } from '#intake';
import { openKeyStore, openSideStores } from '#engines/sqlite';

/** Puts letters into the box of a folder that also has the keys, as a consumer in another process would. */
export async function putDeadLetters(
  folder: string,
  masterKey: Uint8Array,
  letters: readonly DeadInput[],
): Promise<void> {
  const keys = await openKeyStore({ folder, masterKey });
  const operations = (await openSideStores({ operations: { folder } })).operations;
  const intake = { record: () => Promise.reject(new Error('nothing is recorded here')) };
  await new DeadLetterBox({ store: operations.deadLetters, keys, intake, clock: Date }).put(letters);
  await keys.close();
  await operations.close();
}
