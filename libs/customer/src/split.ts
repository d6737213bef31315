/**
 * A whole number divided in proportion to weights, in whole parts that add up to it exactly; equally where no weight is
 * above 0.
 */
export function split(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  let passed = 0;
  let given = 0;
  return weights.map((weight) => {
    passed += sum > 0 ? weight / sum : 1 / weights.length;
    const upTo = Math.min(total, Math.round(total * passed));
    const part = upTo - given;
    given = upTo;
    return part;
  });
}
