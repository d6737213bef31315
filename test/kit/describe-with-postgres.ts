import { describe } from '@jest/globals';
import { postgresMissing } from './postgres-server.js';

/** Whether there is a PostgreSQL server to test with. Where not, says what is skipped, or fails where CX_TEST_REQUIRE names postgres. */
export function hasPostgres(title: string): boolean {
  const missing = postgresMissing();
  if (missing === undefined) return true;
  if ((process.env.CX_TEST_REQUIRE ?? '').split(',').includes('postgres'))
    throw new Error(`CX_TEST_REQUIRE names postgres, but there is ${missing}`);
  console.log(
    `skipped: ${title} (${missing}); npm ci brings it, or CX_TEST_POSTGRES=postgres://… names a server`,
  );
  return false;
}

/** Tests that need a real PostgreSQL server. */
export function describeWithPostgres(title: string, tests: () => void): void {
  if (hasPostgres(title)) describe(title, tests);
  else describe.skip(title, tests);
}
