import { afterEach, describe, expect, it } from '@jest/globals';
import { NotFound } from '#event-sourcing';
import type { EchoMethods } from '../../../test/kit/echo.worker.js';
import { SupervisedWorker } from './supervised-worker.js';

describe('a supervised worker', () => {
  let thread: SupervisedWorker<EchoMethods>;
  const heard: string[] = [];
  const troubles: string[] = [];
  let back: () => void = () => undefined;

  const start = async () => {
    thread = await SupervisedWorker.start<EchoMethods>({
      name: 'echo thread',
      file: new URL('../../../test/kit/echo.worker.js', import.meta.url),
      data: undefined,
      onNotice: ({ text }: { text: string }) => heard.push(text),
      onTrouble: (what) => troubles.push(what),
      onBack: () => back(),
    });
  };
  afterEach(() => thread.stop());

  it('answers calls with whatever can be cloned', async () => {
    await start();
    const value = { at: 12n, list: new Map([['a', new Uint8Array([1, 2])]]) };
    expect(await thread.call('echo', value)).toEqual(value);
  });

  it('throws the error that the worker threw, of its class and with its code', async () => {
    await start();
    const error = await thread.call('missing', 'c1').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotFound);
    expect(error).toMatchObject({ code: 'not-found', message: 'there is no c1', details: { id: 'c1' } });
  });

  it('hears the notices of the worker', async () => {
    await start();
    await thread.call('say', 'hello');
    expect(heard).toEqual(['hello']);
  });

  it('gives up a call when its time is over, and answers others', async () => {
    await start();
    await expect(thread.call('hang', undefined, 20)).rejects.toMatchObject({ code: 'deadline-passed' });
    expect(await thread.call('echo', 1)).toBe(1);
  });

  it('refuses calls under way when the worker dies, says so, and starts another', async () => {
    await start();
    const again = new Promise<void>((resolve) => (back = resolve));
    const hanging = thread.call('hang', undefined);
    await thread.call('crash', undefined);
    await expect(hanging).rejects.toMatchObject({ code: 'thread-lost' });
    await again;
    expect(await thread.call('echo', 'back')).toBe('back');
    expect(troubles).toEqual(['echo thread ended; it is started again in 100 ms']);
  });

  it('replaces a worker that hangs', async () => {
    await start();
    const again = new Promise<void>((resolve) => (back = resolve));
    const hanging = thread.call('hang', undefined);
    const refused = expect(hanging).rejects.toMatchObject({ code: 'thread-lost' });
    await thread.replace();
    await refused;
    await again;
    expect(await thread.call('echo', 'new')).toBe('new');
  });
});
