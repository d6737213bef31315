import type { Answer, Item } from '#api';
import { Failure } from '../failure.js';
import { withProgress } from '../output/progress.js';
import { count, type Output } from '../output/print.js';
import { waitForViews } from '../server/caught-up.js';
import type { Client } from '../server/client.js';
import { importPath, importRecord } from './import-record.js';
import { Publisher } from './publisher.js';

/** What an undo did: total = retracted + before + refused. */
interface UndoSummary {
  total: number;
  retracted: number;
  /** Retracted by an earlier run. */
  before: number;
  refused: number;
}

/**
 * Retracts every event that was imported under the data set. The retractions have ids and a time of their own that
 * do not change, so after an interruption it can be run again.
 */
export async function undoImport(client: Client, dataset: string, output: Output): Promise<void> {
  if ((await importRecord(client, dataset)) === undefined)
    throw new Failure('unknown-import', `nothing was imported under data set "${dataset}" for this tenant`, {
      dataset,
    });
  const { undoneAt } = await client.post<Answer<'import'>>(importPath(dataset, '/undo'));
  const summary: UndoSummary = { total: 0, retracted: 0, before: 0, refused: 0 };
  const reasons = new Map<string, number>();
  let position: string | undefined;
  const answered = (_: undefined, answer: Answer<'Result'>) => {
    position = answer.position ?? position;
    summary[COUNTED[answer.status]]++;
    if (answer.status === 'rejected') {
      const reason = answer.problem?.detail ?? 'refused without a reason';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  };
  const publisher = new Publisher<undefined>(client, answered);
  await withProgress(output, async (progress) => {
    for await (const event of client.all<Item<'imported-events'>>(importPath(dataset, '/events'))) {
      await publisher.add([
        { json: JSON.stringify(retractionOf(event, dataset, undoneAt!)), origin: undefined },
      ]);
      progress.show({ share: undefined, done: ++summary.total, what: 'events' });
    }
    await publisher.finish();
  });
  await waitForViews(client, position, output);
  printUndo(dataset, summary, reasons, output);
}

const COUNTED = { recorded: 'retracted', duplicate: 'before', rejected: 'refused' } as const;

function retractionOf({ customer, source, id }: Item<'imported-events'>, dataset: string, time: string) {
  return {
    specversion: '1.0',
    id: `undo/${id}`,
    source,
    type: 'cx.EventRetracted.v1',
    subject: customer,
    time,
    data: { eventSource: source, eventId: id, reason: `the import of data set ${dataset} was undone` },
  };
}

function printUndo(
  dataset: string,
  summary: UndoSummary,
  reasons: ReadonlyMap<string, number>,
  output: Output,
): void {
  output.result({
    dataset,
    events: summary,
    refusals: [...reasons].map(([reason, events]) => ({ reason, events })),
  });
  output.line(`${count(summary.total)} events were imported under data set "${dataset}":`);
  output.line(
    `  ${count(summary.retracted)} retracted now, ${count(summary.before)} retracted before, ${count(summary.refused)} refused`,
  );
  for (const [reason, events] of reasons) output.line(`  ${count(events)}: ${reason}`);
  if (summary.refused > 0) process.exitCode = 1;
}
