import type { DeadBody, DeadInput } from '#intake';
import { originOf } from '#engines/kafka';
import type { RefusedRecord } from '#engines/kafka';

/** A refused record as it is put away: the event, or the text that was none. */
export function deadInput(record: RefusedRecord): DeadInput {
  const { tenant, code, detail, input, message } = record;
  const body: DeadBody = input === undefined ? { text: textOf(message.value) } : { event: input };
  return { tenant, origin: originOf(record), reason: { code, detail }, body };
}

/** The record's value as text, or in base64 where it is none. */
function textOf(value: Buffer | null): string {
  if (value === null) return '';
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value) ? text : `base64:${value.toString('base64')}`;
}
