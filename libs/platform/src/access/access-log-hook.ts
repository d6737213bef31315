import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accessEntry, purposeOf } from './access-log.js';
import type { AccessAction, AccessLog } from './access-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** How many records the answer has; 1 unless its handler, or the sending of the answer, says so. */
    records?: number;
    /** Another action than the route declares; `recorded`: the handler has recorded the access, before its answer. */
    access?: AccessAction | 'recorded';
    /** What was changed, where the path does not say it; no personal data. */
    accessDetail?: string;
  }
}

/** Actions that are not recorded of keys for which reading is not logged. */
const QUIET: ReadonlySet<AccessAction> = new Set(['read', 'list']);

/** Records who has asked what, as the routes declare it (`Logged`), once they were answered. */
export function logAccesses(instance: FastifyInstance, log: AccessLog): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    if (actionOf(request) !== undefined) {
      purposeOf(request);
      if (request.principal !== undefined) log.checkRoom(request.principal.tenant);
    }
    done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const action = request.access ?? actionOf(request);
    if (action !== undefined && action !== 'recorded' && reply.statusCode < 400) note(request, action, log);
    done();
  });
}

function note(request: FastifyRequest, action: AccessAction, log: AccessLog): void {
  const principal = request.principal;
  if (principal === undefined || (principal.isUnlogged === true && QUIET.has(action))) return;
  const { id, ...others } = (request.params ?? {}) as { readonly [name: string]: string };
  const ofCustomer = OF_CUSTOMER.test(request.routeOptions.url ?? '');
  const named = Object.values(ofCustomer || id === undefined ? others : { ...others, id }).join(' ');
  const access = {
    ...{ action, records: request.records ?? 1, detail: request.accessDetail ?? named },
    ...(ofCustomer && { customer: id! }),
  };
  log.note(principal.tenant, accessEntry(request, principal, access, Date.now()));
}

/** Routes whose `:id` is a customer. */
const OF_CUSTOMER = /^\/v1\/(audit\/)?customers\/:id/;

function actionOf({ routeOptions }: FastifyRequest): AccessAction | undefined {
  const { logging } = routeOptions.config;
  return logging !== undefined && 'action' in logging ? logging.action : undefined;
}
