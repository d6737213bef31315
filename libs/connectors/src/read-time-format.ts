import type { DocumentPart } from './document.js';
import { timeFormatFault } from './local-time.js';
import type { TimeFormat } from './mapping.js';

const DEFAULT: TimeFormat = { formats: ['iso'], zone: 'UTC' };

/** `format` (one or a list) and `zone`; a missing part is ISO, or UTC. */
export function readTimeFormat(part: DocumentPart): TimeFormat {
  part.fields(['format', 'zone']);
  return readParts(part, DEFAULT);
}

/** The same two fields beside others, as in `{ column: Closed, format: M/d/yyyy }`; undefined where neither is given. */
export function readOwnTimeFormat(part: DocumentPart, inherited: TimeFormat): TimeFormat | undefined {
  return part.at('format').absent && part.at('zone').absent ? undefined : readParts(part, inherited);
}

function readParts(part: DocumentPart, inherited: TimeFormat): TimeFormat {
  const formats = part.at('format').words() ?? inherited.formats;
  const zone = part.at('zone').absent ? inherited.zone : (part.at('zone').text('a time zone') ?? 'UTC');
  const fault = formats.length === 0 ? EMPTY : timeFormatFault({ formats, zone });
  if (fault === undefined) return { formats, zone };
  part.at(fault.at).fault(fault.detail);
  return inherited;
}

const EMPTY = { at: 'format', detail: 'is an empty list: name at least one format' } as const;
