import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  formatTime,
  LedgerError,
  LIMITS,
  Overloaded,
  parsePosition,
  parseTime,
  START,
} from '#event-sourcing';
import { EventStore } from '#event-store';
import { evidencePackage, zipOf } from '#evidence';
import type { EvidenceSubject } from '#evidence';
import { readCheckpoint } from '#ledger';
import type { Principal } from '#platform';
import { RecordAccess } from '../access-log/record-access.js';
import { ProofsThread } from '../proofs/proofs-thread.js';
import { EvidenceAnswers } from './evidence-answers.js';
import type { ExportQuestion } from './evidence-answers.js';
import { EvidenceEvents } from './evidence-events.js';
import { refuseTooLarge } from './evidence-extent.js';
import { evidenceFiles } from './evidence-files.js';

/** Between two looks at the checkpoint, ms. */
const LOOK = 100;

/** Everything about a customer in one zip, with the proof that it is what was recorded; a stream of its bytes. */
@Injectable()
export class ExportCustomer {
  private running = 0;

  constructor(
    private readonly answers: EvidenceAnswers,
    private readonly events: EvidenceEvents,
    private readonly proofs: ProofsThread,
    private readonly store: EventStore,
    private readonly access: RecordAccess,
  ) {}

  /** What can be refused is refused before the first byte is sent. */
  async execute(reader: Principal, request: FastifyRequest, about: ExportQuestion): Promise<Readable> {
    if (this.running >= LIMITS.exports)
      throw new Overloaded(`${this.running} exports are under way: ask again when one has ended`, 10);
    this.running++;
    try {
      const stream = await this.begin(reader, request, about);
      stream.once('close', () => this.running--);
      return stream;
    } catch (error) {
      this.running--;
      throw error;
    }
  }

  private async begin(reader: Principal, request: FastifyRequest, about: ExportQuestion): Promise<Readable> {
    const { tenant } = reader;
    const moment = await this.answers.moment(tenant, about);
    const { asOf, position } = moment;
    const checkpoint = await this.checkpointOf(position);
    const { origin, size } = readCheckpoint(checkpoint);
    const events = this.events.of(
      { reader, request, members: moment.members, open: about.open === true },
      {
        upTo: parsePosition(position)!,
        asOf: about.asOf === undefined ? undefined : parseTime(about.asOf),
        size,
      },
    );
    const made = new Date();
    const extent = await events.extent();
    refuseTooLarge(extent, size, about.open === true);
    const subject: EvidenceSubject = {
      ...{ tenant, customer: about.customer, asOf, position, createdAt: formatTime(made.getTime()) },
      ...{
        createdBy: reader.subject,
        requestId: request.id,
        opened: about.open === true,
        complete: about.asOf === undefined,
      },
      ...{ log: { origin, size }, identities: extent.identities },
    };
    const files = evidenceFiles({
      subject,
      events,
      count: extent.events,
      answers: this.answers,
      moment,
      checkpoint,
      log: () => this.proofs.log(),
    });
    const access = { action: 'export', customer: about.customer, records: extent.events } as const;
    await this.access.before(request, reader, access);
    const zip = zipOf(evidencePackage({ files, subject, sign: (text) => this.proofs.sign(text) }), made);
    return Readable.from(zip, { objectMode: false });
  }

  /** The newest checkpoint, once it covers everything up to the position. */
  private async checkpointOf(position: string): Promise<string> {
    const entries = await this.store.distance(START, parsePosition(position)!);
    for (const end = Date.now() + LIMITS.afterSeconds * 1000; ; await pause(LOOK)) {
      const note = await this.proofs.checkpoint();
      if (note !== null && readCheckpoint(note).size >= entries) return note;
      if (Date.now() > end)
        throw new LedgerError(
          'proofs-behind',
          `the log's tree has not reached position ${position} yet: ask again in a moment`,
          { position },
        );
    }
  }
}
