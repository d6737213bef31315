import { hash } from 'node:crypto';
import { LedgerError } from '#event-sourcing';
import type { Json } from '#event-sourcing';
import type { AnswerText } from './question.js';

type Answer = { readonly [member: string]: unknown };

/** The parameters that the form of an answer depends on. */
interface Asked {
  readonly asOf?: string;
  readonly at?: string;
  readonly limit?: number;
}

/** The member that holds the items of a page. */
const LISTS = ['items', 'contributions'];

/**
 * The JSON of what `ask` answers, with its ETag, of about `bytes` at most. A page that would be longer ends early, and
 * its `next` says where. Throws `answer-too-large` where one item, or an answer without pages, is longer by itself.
 */
export async function boundedAnswer(
  ask: (limit: number | undefined) => Promise<object>,
  asked: Asked,
  bytes: number,
): Promise<AnswerText> {
  for (let { limit } = asked; ;) {
    const answer = (await ask(limit)) as Answer;
    const list = answer['next'] === undefined ? undefined : LISTS.find((name) => Array.isArray(answer[name]));
    if (list === undefined) {
      const customers = customersOf([answer, ...examplesOf(answer)]);
      return { ...answerText(answer, asked, undefined, bytes), customers };
    }
    const items = answer[list] as readonly Answer[];
    const written = itemTexts(items, bytes);
    if (written.length === items.length)
      return { ...answerText(answer, asked, [list, written], bytes), customers: customersOf(items) };
    // A limit may count events with several items each, so it is reduced by at least a quarter.
    const shorter = Math.min(written.length, Math.floor((limit ?? items.length) * 0.75));
    if (shorter === 0) throw tooLarge(bytes);
    limit = shorter;
  }
}

/** The text of an answer with pages, its cursor as the last member. */
export function withNext(text: string, cursor: string | null): string {
  return `${text.slice(0, -1)},"next":${JSON.stringify(cursor)}}`;
}

/**
 * The answer with the mark `erased` on everything in it that is about one of these customers. Figures stay as they are:
 * lists sum up to the counts, which erasing does not change.
 */
export function withErased(answer: AnswerText, erased: ReadonlySet<string>): AnswerText {
  const whole = JSON.parse(answer.text) as Answer;
  const mark = (one: Answer) => {
    if (!erased.has(one['customer'] as string)) return one;
    const { customer, ...rest } = one;
    return { customer, erased: true, ...rest };
  };
  const items = whole['items'] as readonly Answer[] | undefined;
  const marked = items === undefined ? withExamples(mark(whole), mark) : { ...whole, items: items.map(mark) };
  // Erasing is for ever, so the number of the erased tells such answers apart.
  const etag = `${answer.etag.slice(0, -1)}-${erased.size}"`;
  return { ...answer, text: JSON.stringify(marked), etag };
}

/** What an answer or its parts give as examples. */
function examplesOf(answer: Answer): readonly Answer[] {
  const parts = [answer, ...Object.values(answer).filter(isObject)];
  return parts.flatMap(({ examples }) => (Array.isArray(examples) ? (examples as readonly Answer[]) : []));
}

/** The same answer with other examples. */
function withExamples(answer: Answer, mark: (one: Answer) => Answer): Answer {
  const of = (part: Answer): Answer =>
    Array.isArray(part['examples'])
      ? { ...part, examples: (part['examples'] as readonly Answer[]).map(mark) }
      : part;
  const parts = Object.entries(of(answer)).map(([name, part]) => [name, isObject(part) ? of(part) : part]);
  return Object.fromEntries(parts) as Answer;
}

function isObject(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function customersOf(about: readonly Answer[]): readonly string[] {
  const customers = new Set(about.map((one) => (one as { readonly customer?: unknown } | null)?.customer));
  return [...customers].filter((customer) => typeof customer === 'string');
}

/** The texts of the first items that have `bytes` together. */
function itemTexts(items: readonly unknown[], bytes: number): readonly string[] {
  const texts: string[] = [];
  let size = 0;
  for (const item of items) {
    const text = JSON.stringify(item, positionsAsText);
    size += Buffer.byteLength(text);
    if (size > bytes) return texts;
    texts.push(text);
  }
  return texts;
}

/**
 * `asOf` and `position` come first. Unless they were asked for, they are no part of the ETag: time and other tenants'
 * events advance them while the answer stays the same.
 */
function answerText(
  answer: Answer,
  asked: Asked,
  page: readonly [list: string, items: readonly string[]] | undefined,
  bytes: number,
): AnswerText {
  const { next, asOf, position, ...rest } = answer;
  const content = page === undefined ? rest : { ...rest, [page[0]]: undefined };
  const body = JSON.stringify(content, positionsAsText);
  const text = page === undefined ? body : withList(body, ...page);
  if (page === undefined && Buffer.byteLength(text) > bytes) throw tooLarge(bytes);
  const moment = JSON.stringify({ asOf, position }, positionsAsText);
  const stated = JSON.stringify([asked.asOf && asOf, asked.at && String(position), next === null]);
  const etag = `W/"${hash('sha1', text + stated, 'base64url')}"`;
  const whole = moment === '{}' ? text : joined(moment, text);
  const records = page === undefined ? 1 : page[1].length;
  return { text: whole, etag, records, ...(next !== undefined && { next: next as Json }) };
}

function withList(body: string, list: string, items: readonly string[]): string {
  return joined(body, `{${JSON.stringify(list)}:[${items.join(',')}]}`);
}

/** Two JSON objects as one: the members of the first, then those of the second. */
function joined(first: string, second: string): string {
  if (first === '{}') return second;
  return second === '{}' ? first : `${first.slice(0, -1)},${second.slice(1)}`;
}

function tooLarge(bytes: number): LedgerError {
  return new LedgerError(
    'answer-too-large',
    `the answer has more than ${bytes} bytes (CX_ANSWER_LIMIT): ask for a part of it, or raise the setting`,
    { limit: bytes },
  );
}

function positionsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
