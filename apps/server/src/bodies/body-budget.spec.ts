import { describe, expect, it } from '@jest/globals';
import { BodyBudget } from './body-budget.js';

const code = (code: string) => expect.objectContaining({ code });

describe('C5: the memory of bodies', () => {
  it('is a tenant’s alone as long as nobody else sends, and shared out once others do', () => {
    const budget = new BodyBudget(100);
    budget.take('a', 60);
    budget.take('b', 30);
    expect(() => budget.take('a', 1)).toThrow(code('too-many-requests'));
    budget.take('b', 10);
    expect(() => budget.take('c', 1)).toThrow(code('overloaded'));
    expect(budget.bytes).toBe(100);
  });

  it('lets the first body of a tenant be larger than its share, but not than all there is', () => {
    const budget = new BodyBudget(100);
    budget.take('a', 10);
    expect(() => budget.check('b', 91)).toThrow(code('overloaded'));
    budget.take('b', 90);
    expect(() => budget.check('b', 1)).toThrow(code('too-many-requests'));
  });

  it('is there again when the requests have been answered', () => {
    const budget = new BodyBudget(100);
    budget.take('a', 100);
    budget.give('a', 40);
    budget.take('a', 40);
    budget.give('a', 100);
    expect(budget.bytes).toBe(0);
    budget.take('b', 100);
  });
});
