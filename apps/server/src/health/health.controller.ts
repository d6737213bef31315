import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Everyone, NotLogged } from '#platform';
import { NoQuery } from '../query/no-query.js';
import { CheckReadiness } from './check-readiness.js';
import type { Readiness } from './check-readiness.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly checkReadiness: CheckReadiness) {}

  @Get('live')
  @NotLogged('a probe')
  @Everyone()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the process answers' })
  @ApiOkResponse({ schema: { type: 'object', properties: { status: { const: 'ok' } } } as never })
  live(@Query() _query: NoQuery): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @NotLogged('a probe')
  @Everyone()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether events can be taken in and questions answered' })
  @ApiOkResponse({ description: 'ready' })
  @ApiServiceUnavailableResponse({ description: 'not-ready: the problem names what is missing' })
  ready(@Query() _query: NoQuery): Promise<Readiness> {
    return this.checkReadiness.execute();
  }
}
