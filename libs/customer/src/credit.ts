/**
 * A whole number divided in proportion to weights, in whole parts that add up to it exactly; equally where no weight is
 * above 0.
 */
function split(total: number, weights: readonly number[]): readonly number[] {
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

/** Those of some agents who get credit: the people where there are any, else the bots. */
export function creditedOf<T extends { readonly kind: 'human' | 'bot' }>(agents: readonly T[]): readonly T[] {
  const people = agents.filter(({ kind }) => kind === 'human');
  return people.length > 0 ? people : agents;
}

/** The part of a whole number that each agent who gets credit has, in proportion to what the agent did. */
export function creditParts<T extends { readonly kind: 'human' | 'bot' }>(
  total: number,
  agents: readonly T[],
  weightOf: (agent: T) => number,
): ReadonlyMap<T, number> {
  const credited = creditedOf(agents);
  const parts = split(total, credited.map(weightOf));
  return new Map(credited.map((agent, i) => [agent, parts[i]!]));
}
