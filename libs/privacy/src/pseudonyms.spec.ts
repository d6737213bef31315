import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyStore } from './keys/customer-keys.js';
import type { KeyOwner } from './keys/customer-keys.js';
import { identifierFault, personIn } from '#journey';
import { sealingKeysOf } from './keys/sealing-secret.js';
import { Pseudonyms } from './pseudonyms.js';

/** Keys that differ from owner to owner. */
class OwnKeys extends KeyStore {
  async ensure(owners: readonly KeyOwner[]) {
    return owners.map(({ tenant }) => sealingKeysOf(Buffer.alloc(32, tenant)));
  }
  find = (owners: readonly KeyOwner[]) => this.ensure(owners);
  erasedAmong = () => Promise.resolve(new Map<number, never>());
  async close() {}
}

const pseudonyms = new Pseudonyms(new OwnKeys(), new Set(['acme', 'shop']));
const ofAcme = (await pseudonyms.of('acme'))!;
const ofShop = (await pseudonyms.of('shop'))!;

const email = fc
  .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,20}$/), fc.stringMatching(/^[a-z]{2,12}\.[a-z]{2,6}$/))
  .map((parts) => parts.join('@'));
const number = fc.stringMatching(/^[1-9][0-9]{7,13}$/);
/** A number as people write it, with blanks and hyphens at any place. */
const written = fc
  .tuple(number, fc.array(fc.tuple(fc.nat(), fc.constantFrom(' ', '-', ' - ')), { maxLength: 4 }))
  .map(([digits, breaks]) => ({
    digits,
    text: breaks.reduce((text, [at, mark]) => spliced(text, 1 + (at % text.length), mark), `+${digits}`),
  }));

function spliced(text: string, at: number, mark: string): string {
  return /\d/.test(text[at - 1] ?? '') && /\d/.test(text[at] ?? '')
    ? text.slice(0, at) + mark + text.slice(at)
    : text;
}

describe('a pseudonym', () => {
  it('is the same for the same address in any letters, and another for another', () => {
    fc.assert(
      fc.property(email, email, (one, other) => {
        expect(ofAcme(one.toUpperCase())).toBe(ofAcme(one));
        expect(ofAcme(one.replace('@', '%40'))).toBe(ofAcme(one));
        expect(ofAcme(one) === ofAcme(other)).toBe(one === other);
      }),
    );
  });

  it('is the same for the same number however it is written, and another for another', () => {
    fc.assert(
      fc.property(written, written, (one, other) => {
        expect(ofAcme(one.text)).toBe(ofAcme(`+${one.digits}`));
        expect(ofAcme(`tel:+${one.digits}`)).toBe(ofAcme(one.text));
        expect(ofAcme(one.text) === ofAcme(other.text)).toBe(one.digits === other.digits);
      }),
    );
    expect(ofAcme('+49 (0)170 1234567')).toBe(ofAcme('0049 170 1234567'));
  });

  it('is an identifier that looks like nobody, of its own tenant, and its own pseudonym', () => {
    fc.assert(
      fc.property(email, (address) => {
        const pseudonym = ofAcme(address);
        expect(pseudonym).toMatch(/^pn_[A-Za-z0-9_-]{43}$/);
        expect([identifierFault(pseudonym), personIn(pseudonym)]).toEqual([undefined, undefined]);
        expect(ofAcme(pseudonym)).toBe(pseudonym);
        expect(ofShop(address)).not.toBe(pseudonym);
      }),
    );
  });

  it('keeps what says that a customer is known by a contact only', () => {
    expect(ofAcme('contact:ann@example.com')).toBe(`contact:${ofAcme('ann@example.com')}`);
  });

  it('is not made of other identifiers, nor for tenants that did not ask', async () => {
    for (const id of ['c-1', '4711', 'Zoë', 'contact:77', 'a@b']) expect(ofAcme(id)).toBe(id);
    expect(await pseudonyms.of('other')).toBeUndefined();
  });
});
