import { hash } from 'node:crypto';
import type { Json } from '#event-sourcing';
import type { AnswerText } from './question.js';

/**
 * The JSON of an answer with its ETag; the place of its next page, if it has pages, stands beside it. Where `asOf` was
 * left out, the answer's own `asOf` (now) is left out of the tag: an answer that says the same at another moment is the
 * same answer.
 */
export function answerText(answer: object, about: { readonly asOf?: string }): AnswerText {
  const { next, ...page } = answer as { readonly next?: Json };
  const text = JSON.stringify(page, positionsAsText);
  const meaning =
    about.asOf === undefined ? JSON.stringify({ ...page, asOf: undefined }, positionsAsText) : text;
  const isLast = next === null ? ' and no more' : '';
  const etag = `W/"${hash('sha1', `${meaning}${isLast}`, 'base64url')}"`;
  return next === undefined ? { text, etag } : { text, etag, next };
}

/** The text of an answer with pages, its cursor as the last member. */
export function withNext(text: string, cursor: string | null): string {
  return `${text.slice(0, -1)},"next":${JSON.stringify(cursor)}}`;
}

function positionsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
