import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessLog, accessEntry } from '#platform';
import type { Access, Principal } from '#platform';

/** Records accesses before they are answered: of opened personal data and exports. */
@Injectable()
export class RecordAccess {
  constructor(private readonly log: AccessLog) {}

  /** Resolves when it is durable. */
  async before(request: FastifyRequest, reader: Principal, access: Access): Promise<void> {
    await this.log.write(reader.tenant, accessEntry(request, reader, access, Date.now()));
    request.access = 'recorded';
  }
}
