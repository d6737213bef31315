/** How entries of the log differ from those of the tree that was signed. */
export interface Difference {
  readonly kind: 'changed' | 'removed' | 'inserted' | 'swapped';
  readonly detail: string;
  /** How many events are gone or too many, or how far the entry that it was swapped with is; else 0. */
  readonly distance: number;
}

/** How far apart two entries may be to be recognised as moved. */
const REACH = 256;

/**
 * What happened at an entry whose leaf is another one than the tree's. `log`: the leaves of the log from this entry on;
 * `tree`: those of the tree. An event that is missing, one too many and two that were exchanged are told apart from one
 * whose bytes were changed by looking for the same leaf nearby.
 */
export function differenceAt(
  log: readonly Uint8Array[],
  tree: readonly Uint8Array[],
  entry: number,
): Difference {
  const inTree = distanceOf(log[0]!, tree);
  const inLog = distanceOf(tree[0]!, log);
  if (inTree > 0 && inTree === inLog)
    return {
      ...{ kind: 'swapped', distance: inTree },
      detail: `the events of entries ${entry} and ${entry + inTree} have changed places`,
    };
  if (inTree > 0 && continues(log, tree, inTree))
    return {
      ...{ kind: 'removed', distance: inTree },
      detail: `${inTree === 1 ? 'an event is' : `${inTree} events are`} gone from here; what followed has moved up`,
    };
  if (inLog > 0 && continues(tree, log, inLog))
    return {
      ...{ kind: 'inserted', distance: inLog },
      detail: `${inLog === 1 ? 'an event stands' : `${inLog} events stand`} here that were not recorded here`,
    };
  return {
    ...{ kind: 'changed', distance: 0 },
    detail: 'its bytes are not those that were recorded: it was changed or replaced',
  };
}

/** Whether the leaf behind is the same too, as it is where a whole stretch has moved. */
function continues(some: readonly Uint8Array[], others: readonly Uint8Array[], distance: number): boolean {
  const [next, other] = [some[1], others[distance + 1]];
  return next === undefined || other === undefined || Buffer.compare(next, other) === 0;
}

/** 0 when there is no such leaf within reach. */
function distanceOf(leaf: Uint8Array, leaves: readonly Uint8Array[]): number {
  for (let i = 1; i <= REACH && i < leaves.length; i++) if (Buffer.compare(leaf, leaves[i]!) === 0) return i;
  return 0;
}
