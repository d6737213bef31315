import { hash } from 'node:crypto';
import type { AnswerText } from './question.js';

/**
 * The JSON of an answer with its ETag. Where `asOf` was left out, the answer's own `asOf` (now) is left out of the
 * tag: an answer that says the same at another moment is the same answer.
 */
export function answerText(answer: object, about: { readonly asOf?: string }): AnswerText {
  const text = JSON.stringify(answer, positionsAsText);
  const meaning =
    about.asOf === undefined ? JSON.stringify({ ...answer, asOf: undefined }, positionsAsText) : text;
  return { text, etag: `W/"${hash('sha1', meaning, 'base64url')}"` };
}

function positionsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
