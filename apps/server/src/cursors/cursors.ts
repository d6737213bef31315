import { timingSafeEqual } from 'node:crypto';
import { canonicalJson, InvalidInput } from '#event-sourcing';
import type { Json } from '#event-sourcing';
import { keyedText, KeyStore } from '#privacy';
import type { SealingKeys } from '#privacy';
import type { Schema } from '#views';
import { conforms } from './conforms.js';

/**
 * What a cursor belongs to: the route, the tenant, and every parameter that decides what is listed. Undefined members
 * count as absent. Pages of one list may differ in their `limit` only, so the limit is not part of it.
 */
export interface CursorScope {
  readonly route: string;
  readonly tenant: string;
  readonly filters: { readonly [name: string]: Json | undefined };
}

/** A cursor: the place as base64url of its JSON, then a dot and its authentication code in hexadecimal. */
const FORM = /^([A-Za-z0-9_-]{1,3900})\.([0-9a-f]{64})$/;

/**
 * Cursors of paged answers. A cursor holds the place where the next page begins, and an HMAC-SHA-256 of that place
 * and of its scope under the tenant's own key (in the key store, so every thread and process of a ledger makes the
 * same, and a new master key changes nothing). A cursor of another tenant, route or filter, or one that was changed,
 * is refused.
 */
export class Cursors {
  constructor(private readonly keys: KeyStore) {}

  /** The cursor of a page's `next`; null at the end. */
  async encode(place: Json, scope: CursorScope): Promise<string | null> {
    if (place === null) return null;
    const text = Buffer.from(JSON.stringify(place)).toString('base64url');
    const [keys] = await this.keys.ensure([{ tenant: scope.tenant }]);
    return `${text}.${codeOf(keys!, text, scope)}`;
  }

  /**
   * The place of a cursor; undefined without one. Throws InvalidInput `bad-cursor` where it is not one of this scope.
   */
  async decode<Place>(
    cursor: string | undefined,
    scope: CursorScope,
    shape: Schema<Place>,
  ): Promise<Place | undefined> {
    if (cursor === undefined) return undefined;
    const [, text = '', code = ''] = FORM.exec(cursor) ?? [];
    const [keys] = text === '' ? [] : await this.keys.find([{ tenant: scope.tenant }]);
    if (keys === undefined || !isSame(code, codeOf(keys, text, scope))) throw badCursor();
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    // An older version of the server may have made it.
    if (!conforms(place, shape)) throw badCursor();
    return place;
  }
}

function codeOf(keys: SealingKeys, text: string, { route, tenant, filters }: CursorScope): string {
  return keyedText(keys, 'cursor', canonicalJson([route, tenant, filters, text]));
}

function isSame(code: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(code, 'hex'), Buffer.from(expected, 'hex'));
}

function badCursor(): InvalidInput {
  const detail = 'must be the `next` of the page before, unchanged, with the same path and filters';
  return new InvalidInput('bad-cursor', `cursor ${detail}`, [{ pointer: '/cursor', detail }]);
}
