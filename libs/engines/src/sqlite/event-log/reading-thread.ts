import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { faultMessage } from './faults.js';
import { IndexReader } from './index-reader.js';
import { LogReader } from './log-reader.js';
import { SegmentSet } from './segment-set.js';
import type { ReadAnswer, ReadQuestion, ReadResult } from './read-questions.js';
import { packEvents } from './stored-events.js';

// The reading thread: answers questions about the log and its index, while the writing thread syncs.

const { folder } = workerData as { folder: string };
const port = parentPort!;

const log = new LogReader(join(folder, 'log.sqlite'));
const segments = new SegmentSet(join(folder, 'index'));
const index = new IndexReader(log, segments);

function answer(question: ReadQuestion): ReadResult {
  switch (question.kind) {
    case 'all': {
      const { events, scannedTo, atEnd } = index.readAll(question.after, question.limit, question.types);
      return { kind: 'page', events: packEvents(events), scannedTo: Number(scannedTo), atEnd };
    }
    case 'stream':
      return {
        kind: 'events',
        events: packEvents(index.readStream(question.stream, question.from, question.limit)),
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
      segments.close();
      log.close();
      return { kind: 'number', number: 0 };
  }
}

port.on('message', ({ number, question }: { number: number; question: ReadQuestion }) => {
  try {
    const result = answer(question);
    const transfer = 'events' in result ? [result.events.buffer] : [];
    port.postMessage({ number, result } satisfies ReadAnswer, transfer);
  } catch (error) {
    port.postMessage({ number, fault: faultMessage(error) } satisfies ReadAnswer);
  }
  if (question.kind === 'close') port.close();
});
port.postMessage({ number: 0, result: { kind: 'number', number: 0 } } satisfies ReadAnswer);
