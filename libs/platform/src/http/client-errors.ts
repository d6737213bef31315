import { randomUUID } from 'node:crypto';
import type { ConnectionError } from 'fastify';
import type { Socket } from 'node:net';
import { problem } from '../problems/problem.js';
import { REQUEST_ID_HEADER } from './request-id.js';
import { SECURITY_HEADERS } from './security-headers.js';

const PROBLEMS: ReadonlyMap<string | undefined, readonly [code: string, detail: string]> = new Map([
  ['HPE_HEADER_OVERFLOW', ['headers-too-large', 'send less in headers: at most 16 KiB with the URL']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['request-timeout', 'send the whole request within a minute']],
  ['HPE_INVALID_VERSION', ['bad-request', 'send the request as HTTP/1.1']],
]);

/** Whether nobody is there any more to be answered. */
export function isGone(error: ConnectionError, socket: Socket): boolean {
  return error.code === 'ECONNRESET' || !socket.writable;
}

/** Answers bytes that are not HTTP, or that came too slowly, with a problem, and closes the connection. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (isGone(error, socket)) return void socket.destroy();
  const [code, detail] = PROBLEMS.get(error.code) ?? ['bad-request', 'this is not a request of HTTP/1.1'];
  const requestId = randomUUID();
  const body = problem(code, detail, { requestId });
  // The parser gave up before it knew the method; an answer to HEAD has no body.
  const packet = error.rawPacket as unknown as Buffer | undefined;
  const text = packet?.toString('latin1', 0, 5) === 'HEAD ' ? '' : JSON.stringify(body);
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(text)),
    [REQUEST_ID_HEADER]: requestId,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${body.status} Refused\r\n${lines.join('')}\r\n${text}`);
}
