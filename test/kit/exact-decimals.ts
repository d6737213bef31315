/** A JSON value whose numbers are exact: millionths as bigints. Throws at a number with more than six decimals. */
export function parseExact(text: string): unknown {
  // The reviver's third argument, the number as written, is not in the types yet.
  const parse = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  return parse(text, (_, value, { source }) => (typeof value === 'number' ? millionthsOf(source!) : value));
}

/** The millionths of a decimal as written. */
function millionthsOf(written: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(written);
  if (match === null) throw new Error(`${written} is no decimal of at most six places`);
  const millionths = BigInt(match[2]!) * 1_000_000n + BigInt((match[3] ?? '').padEnd(6, '0'));
  return match[1] === '-' ? -millionths : millionths;
}

/** Runs `work` over the items, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
