import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessLog, accessEntry } from '#platform';
import type { Access, Principal } from '#platform';
import { ErasureParts } from '../erasure/erasure-parts.js';

/** Records accesses before they are answered: of opened personal data and exports. */
@Injectable()
export class RecordAccess {
  constructor(
    private readonly log: AccessLog,
    private readonly erasure: ErasureParts,
  ) {}

  /**
   * Resolves when it is durable, and once it is known who is erased. Throws `erasures-unknown` where that cannot be told
   * yet: then nothing may be opened.
   */
  async before(request: FastifyRequest, reader: Principal, access: Access): Promise<void> {
    await this.erasure.known.wait();
    await this.log.write(reader.tenant, accessEntry(request, reader, access, Date.now()));
    request.access = 'recorded';
  }
}
