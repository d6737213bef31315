import { describe, expect, it } from '@jest/globals';
import { SILENT } from '../../../../test/kit/silent-log.js';
import { RelayLoop } from './relay-loop.js';

describe('a relay while the server is busy', () => {
  it('gives way after each step, goes on all the same, and can be stopped', async () => {
    const told: string[] = [];
    let third: () => void;
    const done = new Promise<void>((resolve) => (third = resolve));
    const step = async () => {
      told.push('step');
      if (told.filter((one) => one === 'step').length === 3) third();
      return true;
    };
    const isBusy = () => {
      told.push('asked');
      return true;
    };
    const loop = new RelayLoop('cx.recorded', step, SILENT, isBusy);
    loop.start();
    await done;
    await loop.stop();
    expect(told.join(' ')).toMatch(/^step (asked )+step (asked )+step/);
  });

  it('11.8: has no fault any more as soon as a step has worked, before it gives way', async () => {
    const steps = [() => Promise.reject(new Error('away')), () => Promise.resolve(false)];
    let faultThen: string | undefined;
    let gaveWay: () => void;
    const done = new Promise<void>((resolve) => (gaveWay = resolve));
    const isBusy = () => {
      faultThen = loop.fault;
      gaveWay();
      return false;
    };
    const loop: RelayLoop = new RelayLoop('cx.views', () => steps.shift()!(), SILENT, isBusy);
    loop.start();
    await done;
    await loop.stop();
    expect(faultThen).toBeUndefined();
  });
});
