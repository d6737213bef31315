import { Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Answer } from '#api';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LIMITS, NotFound } from '#event-sourcing';
import { proofRangeError } from '#ledger';
import { Logged, NotLogged, OperatorOnly, Roles } from '#platform';
import { Answers } from '../describe-answers.js';
import { NoQuery } from '../query/no-query.js';
import { ServedBy } from '../roles/served-by.js';
import { hexOf } from './hex-of.js';
import { ConsistencyQuery, EntriesQuery, InclusionQuery } from './proofs-queries.js';
import { ProofsThread } from './proofs-thread.js';

/**
 * The verifiable log (C2SP tlog-tiles under /v1/audit): its entries are digests of all events of all tenants in entry
 * order, which tell nothing of the events themselves.
 */
@ApiTags('Proofs')
@ServedBy('audit')
@Controller('v1/audit')
export class ProofsController {
  constructor(private readonly proofs: ProofsThread) {}

  @Get('checkpoint')
  @NotLogged('hashes, which tell nothing of the events')
  @Roles('auditor')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-cache')
  @ApiOperation({ summary: 'The newest size and root of the log’s tree, signed (C2SP tlog-checkpoint)' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiNotFoundResponse({ description: 'not-found: nothing was recorded yet' })
  async checkpoint(@Query() _query: NoQuery): Promise<string> {
    const note = await this.proofs.checkpoint();
    if (note === null) throw new NotFound('there is no checkpoint before the first event');
    return note;
  }

  @Get('log')
  @NotLogged('hashes, which tell nothing of the events')
  @Roles('auditor')
  @ApiOperation({
    summary: 'The log’s name, size, verifiers (also the former ones) and the last checkpoint of each day',
  })
  @Answers('verifiable-log')
  log(@Query() _query: NoQuery): Promise<Answer<'verifiable-log'>> {
    return this.proofs.log();
  }

  @Get('proofs/inclusion')
  @NotLogged('hashes, which tell nothing of the events')
  @Roles('auditor')
  @ApiOperation({ summary: 'Proves that an event stands in the tree at its entry (RFC 9162, 2.1.3)' })
  @Answers('inclusion-proof')
  async inclusion(@Query() { entry, size }: InclusionQuery): Promise<Answer<'inclusion-proof'>> {
    const { record, leaf, root, proof, ...place } = await this.proofs.inclusion(entry, size);
    return { ...place, record: ascii(record), leaf: hexOf(leaf), root: hexOf(root), proof: proof.map(hexOf) };
  }

  @Get('proofs/consistency')
  @NotLogged('hashes, which tell nothing of the events')
  @Roles('auditor')
  @ApiOperation({ summary: 'Proves that a tree continues an earlier one unchanged (RFC 9162, 2.1.4)' })
  @Answers('consistency-proof')
  async consistency(@Query() { from, to }: ConsistencyQuery): Promise<Answer<'consistency-proof'>> {
    const { roots, proof, ...sizes } = await this.proofs.consistency(from, to);
    return { ...sizes, roots: { from: hexOf(roots.from), to: hexOf(roots.to) }, proof: proof.map(hexOf) };
  }

  @Get('entries')
  @NotLogged('hashes, which tell nothing of the events')
  @Roles('auditor')
  @ApiOperation({ summary: 'What the tree holds for each event, in entry order' })
  @Answers('tree-entries')
  async entries(@Query() { from, to }: EntriesQuery): Promise<Answer<'tree-entries'>> {
    if (to - from > LIMITS.treeEntries)
      throw proofRangeError('/to', `must be at most ${LIMITS.treeEntries} greater than \`from\``);
    const entries = await this.proofs.entries(from, to);
    return {
      items: entries.map(({ entry, record, leaf }) => ({ entry, record: ascii(record), leaf: hexOf(leaf) })),
    };
  }

  @Get('tile/*')
  @NotLogged('hashes, which tell nothing of the events')
  @Roles('auditor')
  @Header('content-type', 'application/octet-stream')
  @Header('cache-control', 'private, max-age=31536000, immutable')
  @ApiOperation({ summary: 'A tile of hashes, or of entries (C2SP tlog-tiles)' })
  @ApiOkResponse({
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiNotFoundResponse({ description: 'not-found: the tree does not go so far' })
  async tile(@Param('*') path: string, @Query() _query: NoQuery): Promise<Buffer> {
    return Buffer.from(await this.proofs.tile(`tile/${path}`));
  }

  @Post('log/rotate-key')
  @Logged('change')
  @HttpCode(200)
  @OperatorOnly()
  @ApiOperation({
    summary:
      'Put a new key in place of the one that signs checkpoints; the former one stays a verifier; for the operator',
  })
  @Answers('rotated-log-key')
  rotate(@Query() _query: NoQuery): Promise<Answer<'rotated-log-key'>> {
    return this.proofs.rotate();
  }
}

function ascii(record: Uint8Array): string {
  return Buffer.from(record).toString('ascii');
}
