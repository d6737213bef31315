import { InvalidInput, type Json } from '#event-sourcing';

/** A place in a long answer as opaque text, for URLs: base64url of JSON. */
export function encodeCursor(place: { readonly [field: string]: Json | undefined }): string {
  const bytes = new TextEncoder().encode(JSON.stringify(place));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The place of a cursor made for the question of that name. Throws `invalid-cursor` for any other text. */
export function decodeCursor<Place extends { readonly of: string }>(cursor: string, of: Place['of']): Place {
  try {
    const text = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const place: unknown = JSON.parse(
      new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0))),
    );
    if ((place as Place | null)?.of === of) return place as Place;
  } catch {
    // Whatever is wrong with it, it is none of ours.
  }
  throw new InvalidInput('invalid-cursor', 'the cursor is not one that this question answered', [
    { pointer: '/cursor', detail: 'must be the `next` of the page before, unchanged' },
  ]);
}
