import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PublishOrder, Published } from './publisher-process.js';

let seed = 1;

/** Has a publisher in a process of its own do one round. */
export async function publish(order: Omit<PublishOrder, 'seed'>): Promise<Published> {
  const child = fork(join(import.meta.dirname, 'publisher-process.js'));
  child.send({ ...order, seed: seed++ });
  const [answer] = (await once(child, 'message')) as [Published | { readonly error: string }];
  child.disconnect();
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}
