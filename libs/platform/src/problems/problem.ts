import { HttpException } from '@nestjs/common';
import { type Problem, PROBLEM_TYPE, PROBLEMS } from '#api';
import { InvalidInput, LedgerError, NotFound, Overloaded, RateLimited, StoreFault } from '#event-sourcing';
import type { InputFault } from '#event-sourcing';

/** Codes for requests that Fastify and Nest refuse. */
const BY_STATUS: { readonly [status: number]: string } = {
  404: 'no-such-route',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  431: 'headers-too-large',
  503: 'shutting-down',
};

/** The fix for each. */
const DETAILS: { readonly [code: string]: string } = {
  FST_ERR_BAD_URL: 'the URL is not percent-encoded UTF-8 (a single % is %25)',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is shorter or longer than Content-Length says',
  'no-such-route': 'see the routes at /docs',
  'body-too-large': 'send less at once',
  'uri-too-long': 'an id has at most 128 bytes',
  'headers-too-large': 'send less in headers: at most 16 KiB',
};

/** The problem of an error. An internal fault does not reveal its cause. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LedgerError) return problemOfLedgerError(error);
  const status = statusOf(error);
  if (status === undefined)
    return problem('internal', 'this is a fault of the server; its log names the request id');
  const code = BY_STATUS[status] ?? 'bad-request';
  return problem(code, DETAILS[codeOf(error)] ?? DETAILS[code] ?? 'see the description of the API at /docs');
}

/** Seconds after which to try again, where waiting helps. */
export function retryAfterOf(error: unknown, status: number): number | undefined {
  if (error instanceof Overloaded || error instanceof RateLimited) return error.retryAfterSeconds;
  return status === 503 || status === 429 ? 1 : undefined;
}

/** A problem by its code. */
export function problem(
  code: string,
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  const [status, title] = PROBLEMS[code] ?? PROBLEMS['internal']!;
  return { type: `${PROBLEM_TYPE}${code}`, title, status, detail, ...extensions };
}

function problemOfLedgerError(error: LedgerError): Problem {
  const { faults, ...rest } = error.details;
  const known = PROBLEMS[error.code];
  if (known === undefined && !(error instanceof InvalidInput || error instanceof NotFound)) {
    if (!(error instanceof StoreFault)) return problem('internal', 'this is a fault of the server');
    return problem(
      'store-unavailable',
      'the store cannot be used now, so nothing is acknowledged: send again later',
    );
  }
  const [status, title] =
    known ?? (error instanceof NotFound ? PROBLEMS['not-found']! : PROBLEMS['invalid-event']!);
  return {
    type: `${PROBLEM_TYPE}${error.code}`,
    title,
    status,
    detail: error.message,
    ...(Array.isArray(faults) && { errors: faults as InputFault[] }),
    ...(status < 500 && rest),
  };
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
