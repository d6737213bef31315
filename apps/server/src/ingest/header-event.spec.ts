import { describe, expect, it } from '@jest/globals';
import { attributesOf, hasEventHeaders } from './header-event.js';

describe('a CloudEvent in headers', () => {
  it('has its attributes in ce- headers, percent-decoded', () => {
    const headers = { 'ce-id': ['1'], 'ce-subject': ['caf%C3%A9%20100%25'], host: ['x'] };
    expect({ ...attributesOf(headers) }).toEqual({ id: '1', subject: 'café 100%' });
  });

  it('may quote a value', () => {
    expect(attributesOf({ 'ce-subject': ['"say \\"hi\\" \\\\"'] })['subject']).toBe('say "hi" \\');
  });

  it('is refused when a header stands twice or is badly encoded', () => {
    expect(() => attributesOf({ 'ce-id': ['1', '2'] })).toThrow(
      expect.objectContaining({
        code: 'invalid-event',
        faults: [expect.objectContaining({ pointer: '/id' })],
      }),
    );
    expect(() => attributesOf({ 'ce-subject': ['100%'] })).toThrow(
      expect.objectContaining({ code: 'invalid-event' }),
    );
  });

  it('cannot reach an object’s prototype', () => {
    const attributes = attributesOf({ 'ce-__proto__': ['x'] });
    expect(Object.getPrototypeOf(attributes)).toBeNull();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('is recognised by its required attributes', () => {
    expect(hasEventHeaders({ 'ce-type': ['cx.IssueRaised.v1'] })).toBe(true);
    expect(hasEventHeaders({ 'content-type': ['application/json'] })).toBe(false);
  });
});
