import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { ClassicLevel } from 'classic-level';
import { faultMessage } from './faults.js';
import { LEVEL_OPTIONS, type Level } from './index-file.js';
import { IndexReader } from './index-reader.js';
import { LogReader } from './log-reader.js';
import type { ReadAnswer, ReadQuestion, ReadResult } from './read-questions.js';
import { packEvents } from './stored-events.js';

// The reading thread: answers questions about the log and its index, while the writing thread syncs.

const { folder } = workerData as { folder: string };
const port = parentPort!;

const log = new LogReader(join(folder, 'log.sqlite'));
const level: Level = new ClassicLevel(join(folder, 'index'), LEVEL_OPTIONS);
await level.open();
const index = new IndexReader(log, level);

async function answer(question: ReadQuestion): Promise<ReadResult> {
  switch (question.kind) {
    case 'all': {
      const { events, scannedTo, atEnd } = await index.readAll(
        question.after,
        question.limit,
        question.types,
      );
      return { kind: 'page', events: packEvents(events), scannedTo: Number(scannedTo), atEnd };
    }
    case 'stream':
      return {
        kind: 'events',
        events: packEvents(await index.readStream(question.stream, question.from, question.limit)),
      };
    case 'event': {
      const block = log.blockAt(question.position);
      return {
        kind: 'events',
        events: packEvents(block === undefined ? [] : [block.stored(question.position - block.first)]),
      };
    }
    case 'find':
      return { kind: 'number', number: index.find(question.id) };
    case 'count':
      return { kind: 'number', number: index.count(question.stream) };
    case 'positionAt':
      return { kind: 'number', number: log.positionAt(question.recordedAt) };
    case 'close':
      await level.close();
      log.close();
      return { kind: 'number', number: undefined };
  }
}

port.on('message', ({ number, question }: { number: number; question: ReadQuestion }) => {
  answer(question).then(
    (result) => {
      const transfer = 'events' in result ? [result.events.buffer] : [];
      port.postMessage({ number, result } satisfies ReadAnswer, transfer);
      if (question.kind === 'close') port.close();
    },
    (error: unknown) => port.postMessage({ number, fault: faultMessage(error) } satisfies ReadAnswer),
  );
});
port.postMessage({ number: 0, result: { kind: 'number', number: undefined } } satisfies ReadAnswer);
