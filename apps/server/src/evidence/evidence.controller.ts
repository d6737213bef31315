import { Controller, Get, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '#event-sourcing';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { AnswersProblems } from '../describe-problems.js';
import { AfterPosition } from '../query/after-position.js';
import { ServedBy } from '../roles/served-by.js';
import { ExportCustomer } from './export-customer.js';
import { ExportQuery } from './export-query.js';

@ApiTags('Audit')
@ServedBy('audit')
@Controller('v1/customers/:id')
export class EvidenceController {
  constructor(
    private readonly exportCustomer: ExportCustomer,
    private readonly afterPosition: AfterPosition,
  ) {}

  @Get('export')
  @Logged('export')
  @Roles('auditor')
  @ApiOperation({
    summary:
      'Everything about a customer in one zip: events with proofs, views, explanations, policies, identity, access, and a program that verifies all of it offline',
  })
  @ApiOkResponse({ content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } } })
  @ApiNotFoundResponse({ description: 'not-found: no such customer, or another tenant’s' })
  @AnswersProblems(['export-too-large', 'proofs-behind', 'erasures-unknown', 'overloaded'])
  async export(
    @Caller() reader: Principal,
    @Req() request: FastifyRequest,
    @Param('id') customer: string,
    @Query() { after, ...about }: ExportQuery,
    @Res({ passthrough: true }) { raw }: FastifyReply,
  ): Promise<StreamableFile> {
    await this.afterPosition.reached(after, 'timelines');
    const zip = await this.exportCustomer.execute(reader, request, { customer, ...about });
    // A client that takes nothing for so long does not hold the export any longer.
    raw.setTimeout(LIMITS.answerSeconds * 1000, () => raw.destroy());
    const name = `evidence-${customer.replace(/[^A-Za-z0-9._-]/g, '_')}.zip`;
    return new StreamableFile(zip, {
      type: 'application/zip',
      disposition: `attachment; filename="${name}"`,
    });
  }
}
