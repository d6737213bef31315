import type { InputFault } from '#event-sourcing';
import { isolate } from './isolate.js';
import type { IncomingRecord, ReadRecord, RecordRefusal } from './kafka-record.js';

/** The outcome of one event: taken (recorded, or a duplicate), or refused. */
export type TakenIn =
  | { readonly taken: true }
  | {
      readonly taken: false;
      readonly code: string;
      readonly detail: string;
      readonly faults?: readonly InputFault[];
    };

/** Records the events durably; one outcome each, in order. Throws a LedgerError when the store cannot take them now. */
export type TakeIn = (tenant: string, inputs: readonly unknown[]) => Promise<readonly TakenIn[]>;

/** A record that could not be recorded, with its reason and its place. */
export interface RefusedRecord extends RecordRefusal {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly message: IncomingRecord;
  /** The event as it was read; absent where the record is none. */
  readonly input?: unknown;
}

/** A refused record before its place is added. */
type Refusal = RecordRefusal & Pick<RefusedRecord, 'input'> & { readonly index: number };

/** Records the events, tenant by tenant; returns the refused ones. Throws what `mustWait`. */
export async function takeInRecords(read: readonly ReadRecord[], takeIn: TakeIn): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  const byTenant = new Map<string, number[]>();
  read.forEach((record, index) => {
    if ('code' in record) refused.push({ index, ...record });
    else if (byTenant.has(record.tenant)) byTenant.get(record.tenant)!.push(index);
    else byTenant.set(record.tenant, [index]);
  });
  for (const [tenant, indexes] of byTenant) {
    const inputs = indexes.map((index) => (read[index] as { input: unknown }).input);
    const answers = await isolate(
      inputs,
      (some) => takeIn(tenant, some),
      (_input, error) => failed(error),
    );
    answers.forEach((answer, at) => {
      if (answer.taken) return;
      const { taken: _taken, ...reason } = answer;
      refused.push({ index: indexes[at]!, tenant, ...reason, input: inputs[at] });
    });
  }
  return refused;
}

/** The message of an unforeseen error may quote the event, so that its kind is all that is said. */
function failed({ name }: Error): TakenIn {
  return { taken: false, code: 'intake-failed', detail: `the event cannot be taken in (${name})` };
}
