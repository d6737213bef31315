import type { FastifyRequest } from 'fastify';
import { InvalidInput, LedgerError, parseTime } from '#event-sourcing';
import type { Principal } from '#platform';

/** The header by which the operator sets the time of recording while the ledger is empty. */
const FILLING_HEADER = 'cx-recorded-at';

/**
 * The `recordedAt` (ms) of the request's events; undefined: now. Throws `forbidden` for
 * everyone but the operator.
 */
export function fillingTimeOf(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { isOperator }: Principal,
): number | undefined {
  const text = headers[FILLING_HEADER]?.toString();
  if (text === undefined) return undefined;
  if (isOperator !== true)
    throw new LedgerError(
      'forbidden',
      `the header ${FILLING_HEADER} is for the operator, filling an empty ledger`,
    );
  const time = parseTime(text);
  if (time !== undefined) return time;
  const detail = 'must be a time with an offset, as 2026-01-31T10:00:00Z';
  throw new InvalidInput('invalid-question', `the header ${FILLING_HEADER} ${detail}`, [
    { pointer: `/${FILLING_HEADER}`, detail },
  ]);
}
