import {
  type ANY,
  type AppendResult,
  type EventData,
  jsonEvent,
  type NO_STREAM,
  type STREAM_EXISTS,
} from '@eventstore/db-client';
import { errorOf, type WalkContext } from './facts.js';

/** The smallest event that there is of use. */
export const event = (id: string = crypto.randomUUID(), type = 'walked'): EventData =>
  jsonEvent({ id, type, data: { at: 1 } });
export const events = (count: number) => Array.from({ length: count }, () => event());

export type Expected = bigint | typeof ANY | typeof NO_STREAM | typeof STREAM_EXISTS;

/** Appends to the stream of this run with that name; the outcome as text. */
export async function append(
  { client, stream }: Pick<WalkContext, 'client' | 'stream'>,
  name: string,
  what: EventData | EventData[],
  expectedRevision: Expected,
): Promise<string> {
  try {
    return successOf(await client.appendToStream(stream(name), what, { expectedRevision }));
  } catch (error) {
    return errorOf(Promise.reject(error as Error));
  }
}

export const successOf = ({ nextExpectedRevision, position }: AppendResult) =>
  `revision ${nextExpectedRevision}${position === undefined ? ', no position' : ''}`;

/** What is done in a row, one outcome after the other. */
export async function inTurn(...steps: (() => Promise<string>)[]): Promise<string> {
  const outcomes: string[] = [];
  for (const step of steps) outcomes.push(await step());
  return outcomes.join('; ');
}
