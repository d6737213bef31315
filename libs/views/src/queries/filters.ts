import { InvalidInput } from '#event-sourcing';

/** The value where it is one of the words, or absent. Throws `invalid-question` naming the words otherwise. */
export function oneOf<Word extends string>(
  field: string,
  value: Word | undefined,
  words: readonly Word[],
): Word | undefined {
  if (value === undefined || words.includes(value)) return value;
  throw new InvalidInput('invalid-question', `${field}: ${value} is not known`, [
    { pointer: `/${field}`, detail: `must be one of ${words.join(', ')}` },
  ]);
}
