import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { BodyBudget, HeldMemory } from './body-budget.js';
import { collectBody } from './collect-body.js';

const BOUNDS = { mostBytes: 10, millis: 60_000 };

function requestOf(length?: number): { readonly request: FastifyRequest; readonly budget: BodyBudget } {
  const budget = new BodyBudget(8);
  const headers = length === undefined ? {} : { 'content-length': String(length) };
  const request = { headers, memory: new HeldMemory(budget, 'a') } as unknown as FastifyRequest;
  return { request, budget };
}

const code = (name: string) => expect.objectContaining({ code: name });

/** A body that is read for no longer, and that can still be answered. */
function isLetGo(stream: PassThrough): boolean {
  const listeners = ['data', 'error'].map((name) => stream.listenerCount(name));
  return stream.isPaused() && !stream.destroyed && listeners.every((count) => count === 0);
}

describe('the body of a request', () => {
  it('is put together from its pieces and counted while they come', async () => {
    const { request, budget } = requestOf(6);
    const stream = new PassThrough();
    const body = collectBody(request, stream, BOUNDS);
    stream.write('abc');
    stream.end('def');
    expect((await body).toString()).toBe('abcdef');
    expect(budget.bytes).toBe(6);
  });

  it('is empty where there is none', async () => {
    const stream = new PassThrough();
    stream.end();
    expect(await collectBody(requestOf().request, stream, BOUNDS)).toHaveLength(0);
  });

  it('is refused before it is read where its length says that it is too large', async () => {
    const stream = new PassThrough();
    await expect(collectBody(requestOf(11).request, stream, BOUNDS)).rejects.toEqual(code('body-too-large'));
    await expect(collectBody(requestOf(9).request, stream, BOUNDS)).rejects.toEqual(code('overloaded'));
    expect(stream.readableFlowing).toBe(null);
  });

  it('is read no further once it is too large, or once there is no memory for it', async () => {
    const [large, full] = [new PassThrough(), new PassThrough()];
    const tooLarge = collectBody(requestOf().request, large, { ...BOUNDS, mostBytes: 2 });
    const noMemory = collectBody(requestOf().request, full, BOUNDS);
    large.write('abc');
    full.write('123456789');
    await expect(tooLarge).rejects.toEqual(code('body-too-large'));
    await expect(noMemory).rejects.toEqual(code('overloaded'));
    expect([isLetGo(large), isLetGo(full)]).toEqual([true, true]);
  });

  it('is no body where the client leaves before its end', async () => {
    const [closed, failed, short] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const bodies = [closed, failed, short].map((stream) => collectBody(requestOf(5).request, stream, BOUNDS));
    closed.destroy();
    failed.destroy(new Error('ECONNRESET'));
    short.end('abc');
    for (const body of bodies) await expect(body).rejects.toEqual(code('request-aborted'));
  });
});
