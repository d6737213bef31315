import type { ReadModelChange } from '#projector';
import type { CustomerRef } from '#views';

/** A commit whose outcome is not known yet, and of whom it is. */
export class CommitUnderWay {
  /** Resolves when it has ended, however. */
  readonly done: Promise<void>;
  /** Numbers of customers; undefined: it may be of anybody. */
  private readonly numbers: ReadonlySet<number> | undefined;
  private readonly newNames: ReadonlySet<string>;

  constructor(change: ReadModelChange, done: Promise<void>) {
    this.done = done.catch(() => undefined);
    this.numbers = concernsOthers(change) ? undefined : numbersIn(change);
    this.newNames = new Set((change.customers ?? []).map(({ tenant, name }) => `${tenant} ${name}`));
  }

  /** Whether some of these may be others once it has ended. */
  isOf(customers: readonly number[]): boolean {
    const { numbers } = this;
    return numbers === undefined || customers.some((number) => numbers.has(number));
  }

  /** Whether it stores some of these for the first time, or may be of anybody. */
  names(customers: readonly CustomerRef[]): boolean {
    if (this.numbers === undefined) return true;
    return (
      this.newNames.size > 0 &&
      customers.some(({ tenant, customer }) => this.newNames.has(`${tenant} ${customer}`))
    );
  }
}

/** Whether more changes than what is stored of the customers that are named. */
function concernsOthers(change: ReadModelChange): boolean {
  const { links, begun, finished, abandoned, packedRows, reset } = change;
  const lists = [links, begun, finished, abandoned];
  return (
    reset === true || packedRows !== undefined || lists.some((list) => list !== undefined && list.length > 0)
  );
}

function numbersIn({ customers, chunks, held, rows }: ReadModelChange): ReadonlySet<number> {
  return new Set([
    ...(customers ?? []).map(({ number }) => number),
    ...(chunks ?? []).map(({ customer }) => customer),
    ...(held ?? []).map(({ customer }) => customer),
    ...(rows ?? []).map(({ person }) => person.number),
  ]);
}
