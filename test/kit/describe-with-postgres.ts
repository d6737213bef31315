import { describeWith, has, type Needed } from './describe-with.js';
import { postgresMissing } from './postgres-server.js';

const needed = (): Needed => ({
  ...{ name: 'postgres', missing: postgresMissing() },
  advice: 'npm ci brings it, or CX_TEST_POSTGRES=postgres://… names a server',
});

/** Whether there is a PostgreSQL server to test with; where not, it is said, or fails where it is required. */
export function hasPostgres(title: string): boolean {
  return has(needed(), title);
}

/** Tests that need a real PostgreSQL server. */
export function describeWithPostgres(title: string, tests: () => void): void {
  describeWith(needed(), title, tests);
}
