import type { FastifyReply } from 'fastify';

/** Adds a request header to those on which the answer depends, for caches. */
export function addVary(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary')?.toString();
  void reply.header('vary', others === undefined ? header : `${others}, ${header}`);
}
