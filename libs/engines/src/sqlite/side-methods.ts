import type { Methods } from '#threads';
import { guarded, type StoreName } from './sqlite-fault.js';

/** The methods of one store of the side thread, under its name: `keys.lookUp`. */
export type Prefixed<P extends string, M extends Methods> = { [K in keyof M & string as `${P}.${K}`]: M[K] };

/** Names a store's methods after it; the driver's errors, those of opening too, are thrown as StoreFault. */
export function sideMethods<P extends string, M extends Methods>(
  prefix: P,
  store: StoreName,
  file: string,
  open: () => M,
): Prefixed<P, M> {
  const methods = Object.entries(guarded(store, file, open)).map(
    ([name, method]) =>
      [`${prefix}.${name}`, (argument: never) => guarded(store, file, () => method(argument))] as const,
  );
  return Object.fromEntries(methods) as unknown as Prefixed<P, M>;
}
