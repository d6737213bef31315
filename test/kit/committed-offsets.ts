import type { Admin } from 'kafkajs';

/** Errors of brokers in the first moments after a start. */
const NOT_YET = ['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'GROUP_LOAD_IN_PROGRESS'];

/** A group's committed offsets on a topic, by partition; empty where it has committed nothing or has no coordinator yet. */
export async function committedOffsets(
  admin: Admin,
  groupId: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  try {
    const groups = await admin.fetchOffsets({ groupId, topics: [topic] });
    const offsets = groups.flatMap(({ partitions }) => partitions);
    return new Map(
      offsets.flatMap(({ partition, offset }) => (offset === '-1' ? [] : [[partition, Number(offset)]])),
    );
  } catch (error) {
    if (NOT_YET.includes((error as { type?: string }).type ?? '')) return new Map();
    throw error;
  }
}
