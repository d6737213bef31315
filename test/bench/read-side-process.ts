// Measures one read model in a process of its own: memory that a process has taken it hardly gives back, so that a peak
// would be that of whatever was measured before.
import { TABLES, viewOf } from '#views';
import type { Figure } from './figures.js';
import { parsing, ReadSide } from './read-side-many.js';
import { withinFolder } from './within-folder.js';

/** The goals were set for the tables of three lists; the product keeps more. */
const SETS = {
  lists: { tables: tablesOf(['churn-risk', 'loyalty', 'issues']), pages: [50] },
  all: { tables: TABLES, pages: [50, 5_000] },
};

/** What the process is to measure. */
export interface ReadSideOrder {
  readonly events: number;
  readonly customers: number;
  readonly set: keyof typeof SETS;
  readonly quick: boolean;
}

/** What it answers, piece by piece. */
export type ReadSideAnswer = { readonly figure: Figure } | { readonly said: string };

/** The tables that views own, each once. */
function tablesOf(views: readonly string[]): typeof TABLES {
  return [...new Set(views.flatMap((name) => viewOf(name).tables))];
}

const { events, customers, set, quick } = await new Promise<ReadSideOrder>((resolve) => {
  process.once('message', resolve);
});
const answer = (message: ReadSideAnswer) => process.send!(message);
const run = { quick, add: (figure: Figure) => answer({ figure }), say: (said: string) => answer({ said }) };
const size = { events, customers, parse: await parsing(customers), ...SETS[set] };
await withinFolder((folder) => new ReadSide(run, size).measure(folder));
process.disconnect();
