// The limit of taking in over HTTP: node:http, the body collected and parsed, an answer of the same length; nothing
// checked, nothing kept.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const RESULT = '{"id":"1-0-00000","status":"recorded","position":"1000000","revision":10}';

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
    const count = Array.isArray(body) ? body.length : 1;
    const text = `{"results":[${Array<string>(count).fill(RESULT).join(',')}]}`;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('content-length', Buffer.byteLength(text));
    response.end(text);
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listens on http://127.0.0.1:${port}\nno key: it keeps nothing`);
});
process.once('SIGTERM', () => process.exit(0));
