import { storedPosition } from '#event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { ViewsLag } from './views-lag.js';

describe('C12: the lag of the views', () => {
  const room = () => {
    let now = 1_000_000;
    const lag = new ViewsLag(() => now);
    return { lag, pass: (seconds: number) => (now += seconds * 1000) };
  };
  const standing = (lag: ViewsLag) => [lag.secondsBehind, lag.secondsStalled];

  it('is nothing where nothing waits, however long', () => {
    const { lag, pass } = room();
    pass(3_600);
    expect(standing(lag)).toEqual([0, 0]);
    lag.appended(storedPosition(5n));
    lag.reached(storedPosition(5n));
    pass(3_600);
    expect(standing(lag)).toEqual([0, 0]);
  });

  it('is the age of the oldest event that is not shown; it stalls only where nothing moves', () => {
    const { lag, pass } = room();
    lag.appended(storedPosition(10n));
    pass(30);
    lag.appended(storedPosition(20n));
    pass(10);
    expect(standing(lag)).toEqual([40, 40]);
    lag.reached(storedPosition(4n));
    expect(standing(lag)).toEqual([40, 0]);
    pass(5);
    lag.reached(storedPosition(10n));
    expect(standing(lag)).toEqual([15, 0]);
    pass(60);
    expect(standing(lag)).toEqual([75, 60]);
    lag.reached(storedPosition(20n));
    expect(standing(lag)).toEqual([0, 0]);
  });

  it('counts what was appended within the same second as something that is shown', () => {
    const { lag, pass } = room();
    lag.appended(storedPosition(1n));
    lag.appended(storedPosition(2n));
    lag.reached(storedPosition(1n));
    pass(90);
    expect(standing(lag)).toEqual([90, 90]);
  });

  it('is right under a steady load, and holds little', () => {
    const { lag, pass } = room();
    for (let position = 1n; position <= 20_000n; position++) {
      lag.appended(storedPosition(position));
      pass(0.5);
      lag.reached(storedPosition(position - 20n));
    }
    // Each event is shown twenty events, so ten seconds, after it was appended; heads are a second apart.
    expect(lag.secondsBehind).toBeGreaterThanOrEqual(9);
    expect(lag.secondsBehind).toBeLessThanOrEqual(11);
    expect(lag.secondsStalled).toBeLessThanOrEqual(0.5);
  });
});
