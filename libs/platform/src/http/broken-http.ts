import type { Socket } from 'node:net';
import { problem } from '../problems/problem.js';

const CODES: { readonly [code: string]: string } = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Answers what is not even HTTP, or came too slowly, with a problem, and closes the connection. */
export function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const body = problem(CODES[error.code ?? ''] ?? 'bad-request', 'this is not a request that HTTP/1.1 knows');
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} Refused\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
