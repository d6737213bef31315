import { Controller, Get, Header, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Everyone, NotLogged, Operator } from '#platform';

/** What a caller makes up, anew for every proof. */
class ProofQuery {
  @ApiProperty({ description: 'random text made for this request', pattern: '^[A-Za-z0-9_-]{22,86}$' })
  @Matches(/^[A-Za-z0-9_-]{22,86}$/, { message: 'must be 22 to 86 letters, digits, - and _' })
  readonly challenge!: string;
}

/** Lets commands on the same machine make sure of the server before they send it their key. */
@ApiTags('Keys')
@Controller('v1/server-proof')
export class ServerProofController {
  constructor(private readonly operator: Operator) {}

  @Get()
  @NotLogged('proves who the server is')
  @Everyone()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary:
      'HMAC-SHA-256 under the operator’s key of `cx-ledger server <challenge> <port>`: whoever can read server.json can check it',
  })
  @ApiOkResponse({
    schema: {
      type: 'object',
      required: ['proof'],
      properties: { proof: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
    },
  })
  prove(@Req() { socket }: FastifyRequest, @Query() { challenge }: ProofQuery): { readonly proof: string } {
    return { proof: this.operator.prove(challenge, socket.localPort ?? 0) };
  }
}
