import { isUtf8 } from 'node:buffer';
import type { DeadBody, DeadInput } from '#intake';
import { originOf } from '#engines/kafka';
import type { RefusedRecord } from '#engines/kafka';

/** A refused record as stored in a dead letter: the event, or the text that could not be parsed. */
export function deadInput(record: RefusedRecord): DeadInput {
  const { tenant, code, detail, faults, input, message } = record;
  const body: DeadBody = input === undefined ? { text: textOf(message.value) } : { event: input };
  return { tenant, origin: originOf(record), reason: { code, detail, ...(faults && { faults }) }, body };
}

/** The record's value as text, or in base64 where it is none. */
function textOf(value: Uint8Array | null): string {
  if (value === null) return '';
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return isUtf8(bytes) ? bytes.toString('utf8') : `base64:${bytes.toString('base64')}`;
}
