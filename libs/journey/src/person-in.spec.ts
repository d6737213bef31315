import { describe, expect, it } from '@jest/globals';
import { personIn } from './person-in.js';

describe('an identifier that looks like a person', () => {
  it.each([
    'ann@example.com',
    'Ann.Lee+shop@mail.example.co.uk',
    'mailto:ann@example.com',
    'Ann Lee <ann@example.com>',
    'ann%40example.com',
    'jürgen@müller.de',
    'contact:ann@example.com',
  ])('is an e-mail address: %s', (id) => expect(personIn(id)).toBe('e-mail'));

  it.each([
    '+49 30 901820',
    '+4930901820',
    '(+49) 30 901820',
    '+1-800-FLOWERS',
    'tel:5550199',
    'TEL:+15550199',
    '030 901820',
    '(030) 901820',
    '555-0199',
    '555–0199',
    '0171\u00a01234567',
    'contact:+4930901820',
  ])('is a telephone number: %s', (id) => expect(personIn(id)).toBe('telephone'));

  it.each([
    '4711',
    '0049309018200',
    'INC0000045',
    '550e8400-e29b-41d4-a716-446655440000',
    'crm/2026-0017',
    'C-10-20-30-40',
    '12-34',
    'user@7',
    '@handle',
    'a+b',
    'contact:0049309018200',
    'Caller 2403',
    'telco-7',
    '',
  ])('is no person: %s', (id) => expect(personIn(id)).toBeUndefined());

  it('is found in time that grows with its length only', () => {
    for (const text of [
      '1'.repeat(50_000) + 'x',
      '1 '.repeat(50_000) + 'x',
      'a@'.repeat(50_000),
      'a@' + 'b.'.repeat(50_000),
    ]) {
      expect(personIn(text)).toBeUndefined();
    }
  });
});
