import { randomBytes, randomInt } from 'node:crypto';
import { uuidText } from '#event-sourcing';
import { type NewEvent } from '#event-store';

const TYPES = [
  'ContactStarted',
  'CustomerGreeted',
  'IssueRaised',
  'ResolutionProvided',
  'IssueClosed',
  'ContactEnded',
];

/** Events of 380 bytes with random ids, over so many customers. */
export function touchpoints(count: number, customers: number): NewEvent[] {
  const random = randomBytes(32 * count);
  return Array.from({ length: count }, (_, i) => {
    const contentHash = random.subarray(32 * i, 32 * i + 16);
    const eventId = uuidText(random.subarray(32 * i + 16, 32 * i + 32));
    const customer = `C${randomInt(customers)}`;
    const type = `cx.${TYPES[i % TYPES.length]!}.v1`;
    const text =
      `{"contentHash":"${contentHash.toString('hex')}","customer":"${customer}","data":{"channel":"phone","contactId":"${i}"},` +
      `"envelopeVersion":1,"eventId":"${eventId}","id":"${i}","occurredAt":"2026-03-02T09:00:00Z","publisher":"bench",` +
      `"recordedAt":"2026-03-02T09:00:00.000Z","source":"bench","tenant":"default","type":"${type}"}`;
    const bytes = Buffer.from(text.padEnd(380));
    return {
      stream: `customer-default.${customer}`,
      eventId,
      type,
      bytes,
      contentHash,
      recordedAt: 1_772_442_000_000,
    };
  });
}
