import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pseudonyms } from '#privacy';

/** Routes whose `:id` is a customer. */
const OF_CUSTOMER = /^\/v1\/(audit\/)?customers\/:id/;

type Named = Record<string, unknown>;

/**
 * Where a tenant's customers have pseudonyms, callers may still name them by e-mail address or telephone number, in
 * the path and in the query parameter `customer`.
 */
export function pseudonymiseIds(instance: FastifyInstance, pseudonyms: Pseudonyms): void {
  instance.addHook('preHandler', async (request: FastifyRequest) => {
    const named = namesOf(request);
    if (named.length === 0 || request.principal === undefined) return;
    const pseudonymise = await pseudonyms.of(request.principal.tenant);
    if (pseudonymise === undefined) return;
    for (const [holder, name] of named) holder[name] = pseudonymise(holder[name] as string);
  });
}

function namesOf({ routeOptions, params, query }: FastifyRequest): [Named, string][] {
  const named: [Named, string][] = [];
  if (OF_CUSTOMER.test(routeOptions.url ?? '')) named.push([params as Named, 'id']);
  if (typeof (query as Named | undefined)?.['customer'] === 'string')
    named.push([query as Named, 'customer']);
  return named;
}
