import { randomUUID } from 'node:crypto';
import type { ConnectionError } from 'fastify';
import type { Socket } from 'node:net';
import { problem } from '../problems/problem.js';
import { REQUEST_ID_HEADER } from './request-id.js';

const CODES: { readonly [code: string]: string } = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

const DETAILS: { readonly [code: string]: string } = {
  'headers-too-large': 'send less in headers: at most 16 KiB with the URL',
  'request-timeout': 'send the whole request within a minute',
};

/** Answers what is not even HTTP, or came too slowly, with a problem, and closes the connection. */
export function answerBrokenHttp(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = CODES[error.code ?? ''] ?? 'bad-request';
  const requestId = randomUUID();
  const body = problem(code, DETAILS[code] ?? 'this is not a request that HTTP/1.1 knows', { requestId });
  // The parser gave up before it knew the method; an answer to HEAD has no body.
  const text =
    (error.rawPacket as unknown as Buffer | undefined)?.toString('latin1', 0, 5) === 'HEAD '
      ? ''
      : JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} Refused\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n${REQUEST_ID_HEADER}: ${requestId}\r\n` +
      `connection: close\r\n\r\n${text}`,
  );
}
