import { describe } from '@jest/globals';

/** Something that not every machine has. */
export interface Needed {
  /** Its name in CX_TEST_REQUIRE. */
  readonly name: string;
  /** Why it is not there; undefined when it is. */
  readonly missing: string | undefined;
  /** How to run its tests all the same. */
  readonly advice: string;
}

/** Whether what the tests need is there. Where not, says in one line what is skipped, or fails where CX_TEST_REQUIRE names it. */
export function has({ name, missing, advice }: Needed, title: string): boolean {
  if (missing === undefined) return true;
  if ((process.env.CX_TEST_REQUIRE ?? '').split(',').includes(name))
    throw new Error(`CX_TEST_REQUIRE names ${name}, but there is ${missing}`);
  saySkipped(`${title} (${missing}); ${advice}`);
  return false;
}

/** Says what is skipped and why. Not over the console: jest prints nothing of it for a file of which all is skipped. */
export function saySkipped(what: string): void {
  process.stderr.write(`skipped: ${what}\n`);
}

/** Tests that need something which not every machine has. */
export function describeWith(needed: Needed, title: string, tests: () => void): void {
  if (has(needed, title)) describe(title, tests);
  else describe.skip(title, tests);
}
