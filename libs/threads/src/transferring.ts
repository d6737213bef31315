/** An argument or a result whose buffers go over to the other thread instead of being copied. */
export class Transferring<T> {
  constructor(
    readonly value: T,
    readonly buffers: readonly ArrayBuffer[],
  ) {}
}

/** What arrives at the other side. */
export type Transferred<T> = T extends Transferring<infer V> ? V : T;

/** What is posted, and the buffers that go with it. */
export function partsOf(value: unknown): { readonly value: unknown; readonly buffers: ArrayBuffer[] } {
  if (value instanceof Transferring) return { value: value.value, buffers: [...value.buffers] };
  return { value, buffers: [] };
}
