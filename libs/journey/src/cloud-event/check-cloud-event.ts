import { LIMITS } from '#event-sourcing';
import { isObject } from '../check/compile.js';
import { JOURNEY, type TouchpointRegistry } from '../registry.js';
import { checkIdentifiers, checkName, checkSubject, checkTime, type IdentifierRule } from './attributes.js';
import type { CheckedEvent, CheckResult } from './checked-event.js';
import { checkData } from './data.js';
import { checkExtensions } from './extensions.js';
import { Findings } from './findings.js';
import { checkType } from './type.js';

/** What checking needs besides the event. */
export interface CheckOptions {
  /** Our clock, milliseconds since 1970: `time` may be five minutes ahead of it. */
  readonly now: number;
  /** The known touchpoints; default those of CX Ledger. */
  readonly registry?: TouchpointRegistry;
  /** How identifiers other than customers' that look personal are handled. Default `refuse`. */
  readonly identifiers?: IdentifierRule;
}

export type { IdentifierRule };

/**
 * Checks a CloudEvent 1.0, parsed from JSON (binary mode is converted before): the envelope, the touchpoint's data,
 * and that canonical JSON preserves every value. All faults are reported together, each with its pointer and the fix.
 * Numbers that lost digits in parsing cannot be detected here; `readJsonText` checks the text.
 */
export function checkCloudEvent(
  input: unknown,
  { now, registry = JOURNEY, identifiers = 'refuse' }: CheckOptions,
): CheckResult {
  const found = new Findings();
  if (!isObject(input)) {
    found.add('', 'an event must be a JSON object, a CloudEvent 1.0');
    return { code: found.code, faults: found.faults };
  }
  if (input['specversion'] !== '1.0') found.add('/specversion', '`specversion` must be "1.0"');
  const id = checkName('id', input['id'], LIMITS.idBytes, found);
  const source = checkName('source', input['source'], LIMITS.sourceBytes, found);
  const schema = checkType(input['type'], registry, found);
  const customer = checkSubject(input['subject'], schema, found);
  const occurredAt = checkTime(input['time'], now, found);
  const extensions = checkExtensions(input, found);
  const data = checkData(input, schema, found);
  if (schema !== undefined) checkIdentifiers({ id, source, schema, data }, identifiers, found);
  if (found.faults.length > 0 || schema === undefined) return { code: found.code, faults: found.faults };
  const checked: CheckedEvent = {
    schema,
    id,
    source,
    type: schema.type,
    customer,
    time: input['time'] as string,
    occurredAt,
    sequence: extensions.sequence,
    correlationId: extensions.correlationId,
    causationId: extensions.causationId,
    data,
    extensions: extensions.known,
    unknownExtensions: extensions.unknown,
    warnings: found.warnings,
  };
  return { ok: checked };
}
