import type { FastifyReply, FastifyRequest } from 'fastify';
import { LedgerError } from '#event-sourcing';
import { Logger } from '@nestjs/common';
import { REQUEST_ID_HEADER } from '../http/request-id.js';
import { SECURITY_HEADERS } from '../http/security-headers.js';
import { problemOf, retryAfterOf } from './problem.js';
import type { Problem } from '#api';

const logger = new Logger('Problems');

/**
 * Answers a request with the problem of an error. Causes that the answer omits (internal faults, why the store cannot
 * be used) are logged with the request's id.
 */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  if (problem.status === 500 || problem.type.endsWith(':store-unavailable')) logFault(error, request);
  const wait = retryAfterOf(error, problem.status);
  if (wait !== undefined) void reply.header('retry-after', String(wait));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(problem.status)
    // Some requests (OPTIONS *, a URL that cannot be decoded) pass no hook that would have set these.
    .headers(SECURITY_HEADERS)
    .header(REQUEST_ID_HEADER, request.id)
    .header('content-type', 'application/problem+json')
    .send(textOf(problem, request.id));
}

/** The problem of an error as it is sent. */
export function problemText(error: unknown, requestId: string): string {
  return textOf(problemOf(error), requestId);
}

function textOf(problem: Problem, requestId: string): string {
  return JSON.stringify({ ...problem, requestId }, positionsAsText);
}

function positionsAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/**
 * The logged form of a fault: its kind and origin. The message only where it cannot quote input (a SyntaxError of
 * JSON.parse quotes the text).
 */
function logFault(error: unknown, request: FastifyRequest): void {
  const { name = 'Error', message = '', stack = '', code } = error as Partial<Error & { code: unknown }>;
  const tellable = error instanceof LedgerError || error instanceof TypeError || code !== undefined;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  logger.error({
    requestId: request.id,
    route: `${request.method} ${request.routeOptions?.url ?? ''}`,
    error: tellable ? `${name}: ${message}` : name,
    at: frames.slice(0, 12).map((line) => line.trim()),
  });
}
