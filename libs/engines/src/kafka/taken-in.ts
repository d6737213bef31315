import type { KafkaMessage } from 'kafkajs';
import type { ReadRecord } from './kafka-record.js';

/** What became of one event that was handed on: taken in (recorded, or there already), or refused. */
export type TakenIn =
  { readonly taken: true } | { readonly taken: false; readonly code: string; readonly detail: string };

/** Makes the events durable; one answer each, in order. Throws when the store cannot take them now. */
export type TakeIn = (tenant: string, inputs: readonly unknown[]) => Promise<readonly TakenIn[]>;

/** A record that could not be taken in, with its reason. */
export interface RefusedRecord {
  /** '' where the record names no tenant that may be named. */
  readonly tenant: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly code: string;
  readonly detail: string;
  readonly message: KafkaMessage;
  /** The event as it was read; absent where the record is none. */
  readonly input?: unknown;
}

/** What is found of a refused record before its place is added. */
type Refusal = Pick<RefusedRecord, 'tenant' | 'code' | 'detail' | 'input'> & { readonly index: number };

/** Hands the events on, tenant by tenant; returns the records that were refused, here or there. */
export async function takeInRecords(read: readonly ReadRecord[], takeIn: TakeIn): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  const byTenant = new Map<string, number[]>();
  read.forEach((record, index) => {
    if ('code' in record)
      refused.push({ index, tenant: record.tenant, code: record.code, detail: record.detail });
    else if (byTenant.has(record.tenant)) byTenant.get(record.tenant)!.push(index);
    else byTenant.set(record.tenant, [index]);
  });
  for (const [tenant, indexes] of byTenant) {
    const inputs = indexes.map((index) => (read[index] as { input: unknown }).input);
    const answers = await takeIn(tenant, inputs);
    answers.forEach((answer, at) => {
      if (answer.taken) return;
      const { code, detail } = answer;
      refused.push({ index: indexes[at]!, tenant, code, detail, input: inputs[at] });
    });
  }
  return refused;
}
