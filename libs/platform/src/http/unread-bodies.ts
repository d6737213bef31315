import type { FastifyInstance } from 'fastify';
import { LIMITS } from '#event-sourcing';

/**
 * Ends connections that go on sending a body after the request has been answered (refused, mostly): nobody reads it,
 * and it would hold the connection for as long as the client likes. For a moment it is read and dropped, so that the
 * client sees the answer.
 */
export function endUnreadBodies(instance: FastifyInstance): void {
  instance.addHook('onSend', ({ raw }, reply, payload, done) => {
    // Node would reset the connection at once, and the client might never see the answer.
    if (!raw.complete) reply.removeHeader('connection');
    done(null, payload);
  });
  instance.addHook('onResponse', ({ raw }, _reply, done) => {
    done();
    if (raw.complete) return;
    const { socket } = raw;
    const timer = setTimeout(() => socket.destroy(), LIMITS.unreadBodyMillis);
    const stop = () => clearTimeout(timer);
    raw.once('end', stop);
    // Of the request, not of its socket: that may carry many more.
    raw.once('close', stop);
  });
}
