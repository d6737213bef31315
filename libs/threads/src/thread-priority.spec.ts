import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';

/** The niceness of every thread of this process, by its id: the 19th field of `stat`, 16 behind the name. */
function nicenesses(): readonly number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

const LOWERS = `
  import(process.env.THREAD_PRIORITY).then(({ lowerThreadPriority }) => {
    const { parentPort } = require('node:worker_threads');
    parentPort.once('message', () => parentPort.close());
    parentPort.postMessage(lowerThreadPriority(7));
  });`;

describe('a thread that lowers its priority', () => {
  (platform() === 'linux' ? it : it.skip)('lowers its own priority and that of no other thread', async () => {
    const before = nicenesses();
    const file = new URL('./thread-priority.js', import.meta.url).href;
    const worker = new Worker(LOWERS, { eval: true, env: { THREAD_PRIORITY: file } });
    expect(await once(worker, 'message')).toEqual([true]);
    expect(before).not.toContain(7);
    expect(nicenesses().filter((niceness) => niceness === 7)).toHaveLength(1);
    worker.postMessage('end');
    await once(worker, 'exit');
  });
});
