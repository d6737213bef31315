import { impersonalReason } from '#intake';
import type { DeadBody, DeadInput, DeadLetterBox } from '#intake';
import type { DeadTopic, MessagingLog, RefusedRecord } from '#messaging';

/** Puts refused records into the dead letters, durably, and tells their topic of it. */
export async function putAway(
  box: DeadLetterBox,
  topic: DeadTopic,
  records: readonly RefusedRecord[],
  log: MessagingLog,
): Promise<void> {
  await box.put(records.map(deadInput));
  try {
    await topic.send(records.map((record) => ({ ...record, ...impersonalReason(record) })));
  } catch (error) {
    // The letters are safe already; a topic that cannot be written must not hold up everything behind them.
    log.warn('the topic of dead letters cannot be written', { reason: (error as Error).message });
  }
}

function deadInput({
  tenant,
  topic,
  partition,
  offset,
  code,
  detail,
  input,
  message,
}: RefusedRecord): DeadInput {
  const origin = `kafka ${topic}/${partition}@${offset}`;
  const body: DeadBody = input === undefined ? { text: textOf(message.value) } : { event: input };
  return { tenant, origin, reason: { code, detail }, body };
}

/** The record's value as text, or in base64 where it is none. */
function textOf(value: Buffer | null): string {
  if (value === null) return '';
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value) ? text : `base64:${value.toString('base64')}`;
}
