import { describe, expect, it } from '@jest/globals';
import { normalisedPerson, personIn, personInName } from './person-in.js';
import { latestOf } from './registry.js';

describe('an identifier that looks like a person', () => {
  it.each([
    'ann@example.com',
    'Ann.Lee+shop@mail.example.co.uk',
    'mailto:ann@example.com',
    'Ann Lee <ann@example.com>',
    'ann%40example.com',
    'jürgen@müller.de',
    'contact:ann@example.com',
    'jane(at)x.org',
    'jane [at] x [dot] org',
    'jane＠x.org',
    'sip:jane@x.org',
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
    '0171\u00a01234567',
    'contact:+4930901820',
    '00491701234567',
    '0049309018200',
    'contact:0049309018200',
    '0012125550123',
    '0170/1234567',
    '0170–1234567',
    '06.12.34.56.78',
    '212-555-0123',
    '(212) 555-0123',
    '＋４９ ３０ ９０１８２０',
    '٠١٧٠ ١٢٣٤٥٦٧',
    '%2B4930901820',
    'sip:1000@pbx',
    'sips:4930901820',
    'whatsapp:4930901820',
  ])('B4: is a telephone number: %s', (id) => expect(personIn(id)).toBe('telephone'));

  it.each([
    '4711',
    'INC0000045',
    '550e8400-e29b-41d4-a716-446655440000',
    'crm/2026-0017',
    'C-10-20-30-40',
    '12-34',
    'user@7',
    '@handle',
    'a+b',
    'Caller 2403',
    '12-34-56',
    '1234 5678',
    '555-0199',
    '2026-11-25',
    '2026-11-25 10:30',
    '01.02.2026',
    '01/02/2026',
    '01-02-2026 10.30',
    '0000012345',
    '0010000123',
    '1701234567',
    '01701234567',
    '+1',
    '+49 support',
    'mat(at)',
    'telco-7',
    '',
  ])('B4: is no person: %s', (id) => expect(personIn(id)).toBeUndefined());

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

  it('C22: is looked for in the names of a source, too, whose plain digits are its own numbers', () => {
    expect(personInName('0049309018200')).toBeUndefined();
    expect(personInName('+49309018200')).toBe('telephone');
    expect(personInName('agent-ann@example.com')).toBe('e-mail');
  });

  it('B4: is one person however it is written', () => {
    const ways = [
      '+49 170 1234567',
      '0049 170 1234567',
      '+49 (0)170 1234567',
      'tel:+49-170-1234567',
      '＋４９１７０１２３４５６７',
    ];
    expect(new Set(ways.map(normalisedPerson))).toEqual(new Set(['telephone:491701234567']));
    const addresses = ['Jane@x.org', 'jane(at)x.org', 'jane%40x.org', 'mailto:jane@x.org'];
    expect(new Set(addresses.map(normalisedPerson))).toEqual(new Set(['e-mail:jane@x.org']));
  });
});

describe('13.2: the reason of a correction', () => {
  it.each([
    ['EventRetracted', { eventSource: '/crm', eventId: '17' }],
    ['CustomersMerged', { mergedId: 'c-2' }],
    ['CustomersUnmerged', { mergedId: 'c-2' }],
    ['CustomerErased', {}],
  ] as const)('of %s holds nobody’s address or number, and is bounded', (name, data) => {
    const faultsOf = (reason: string) => latestOf(name).check({ ...data, reason });
    expect(faultsOf('typed for order 2026-4711, line 3')).toEqual([]);
    for (const reason of ['asked by ann@example.org', 'ring +49 151 23456789, he knows', 'x'.repeat(501)])
      expect(faultsOf(reason).map(({ pointer }) => pointer)).toEqual(['/reason']);
    expect(faultsOf('mail ann@example.org')[0]!.detail).toContain('no e-mail address');
    expect(faultsOf('mail ann@example.org')[0]!.detail).not.toContain('ann@');
  });
});
