import { describe } from '@jest/globals';
import { postgresMissing } from './postgres-server.js';

/** Tests that need a real PostgreSQL server: where there is none they say so, or fail where CX_TEST_REQUIRE names postgres. */
export function describeWithPostgres(title: string, tests: () => void): void {
  const missing = postgresMissing();
  if (missing === undefined) return describe(title, tests);
  if ((process.env.CX_TEST_REQUIRE ?? '').split(',').includes('postgres'))
    throw new Error(`CX_TEST_REQUIRE names postgres, but there is ${missing}`);
  console.log(
    `skipped: ${title} (${missing}); npm ci brings it, or CX_TEST_POSTGRES=postgres://… names a server`,
  );
  describe.skip(title, tests);
}
