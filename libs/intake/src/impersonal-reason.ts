import type { InputFault } from '#event-sourcing';
import type { DeadReason } from './dead-letters.js';
import { allTouchpoints } from '#journey';
import type { TouchpointSchema } from '#journey';

type Shape = TouchpointSchema['shape'];

/** Attributes that CloudEvents or the ledger know by name. */
const ATTRIBUTES =
  'specversion id source type subject time datacontenttype data data_base64 dataschema sequence sequencetype ' +
  'correlation correlationid causationid traceparent tracestate partitionkey recordedtime';

const known = new Set([...ATTRIBUTES.split(' '), ...allTouchpoints().flatMap(({ shape }) => namesOf(shape))]);

function namesOf({ fields }: Shape): string[] {
  return fields.flatMap(({ name, nested }) => [name, ...(nested === undefined ? [] : namesOf(nested.shape))]);
}

/**
 * The reason as it may be stored unencrypted: a member name that no schema knows may itself be personal data, so it
 * is replaced by `…`, in pointers and in quotes.
 */
export function impersonalReason({ code, detail, faults }: DeadReason): DeadReason {
  return {
    code,
    detail: impersonalText(detail),
    ...(faults && { faults: faults.map(impersonalFault) }),
  };
}

function impersonalFault({ pointer, detail }: InputFault): InputFault {
  return { pointer: impersonalPointer(pointer), detail: impersonalText(detail) };
}

function impersonalPointer(pointer: string): string {
  const names = pointer.split('/').slice(1);
  return names.map((name) => `/${known.has(name) || /^\d{1,5}$/.test(name) ? name : '…'}`).join('');
}

/** Replaces unknown names in the pointer that begins a text, and in what the text quotes in back-ticks. */
function impersonalText(text: string): string {
  return text
    .replace(/^\/.*(?= (?:is|has|belongs) )/s, impersonalPointer)
    .replace(/`([^`]*)`/g, (quoted, name: string) => (known.has(name) ? quoted : '`…`'));
}
