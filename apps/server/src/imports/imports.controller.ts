import { Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Logged, NotLogged, Roles } from '#platform';
import type { Principal } from '#platform';
import { checkedBody, JsonBody } from '../bodies/json-body.js';
import { CursorText } from '../cursors/cursor-query.js';
import { Answers } from '../describe-answers.js';
import { NoQuery } from '../query/no-query.js';
import { ImportedFile, RegisterImport } from './import-requests.js';
import { ImportedEvents } from './imported-events.js';
import { ReadImport } from './read-import.js';
import { RegisterDataset } from './register-dataset.js';
import { UndoDataset } from './undo-dataset.js';
import { ServedBy } from '../roles/served-by.js';

/** A part of the list of imported events. */
class ImportedEventsQuery {
  @CursorText()
  readonly cursor?: string;
}

/**
 * What `cx import` remembers of data sets, so that another file is not taken for the same and an import can be
 * undone.
 */
@ApiTags('Imports')
@ServedBy('ingest')
@Controller('v1/imports')
export class ImportsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly readImport: ReadImport,
    private readonly importedEvents: ImportedEvents,
  ) {}

  @Get(':dataset')
  @NotLogged('tells which files were imported')
  @Roles('publisher')
  @ApiOperation({ summary: 'What was imported under a data set' })
  @Answers('import')
  read(@Caller() { tenant }: Principal, @Param('dataset') dataset: string, @Query() _query: NoQuery) {
    return this.readImport.execute(tenant, dataset);
  }

  @Put(':dataset')
  @Logged('change')
  @Roles('publisher')
  @ApiOperation({ summary: 'Register a file before its events are published' })
  @ApiBody({ type: RegisterImport })
  @Answers('import')
  register(
    @Caller() { tenant }: Principal,
    @Param('dataset') dataset: string,
    @JsonBody() body: Record<string, unknown>,
    @Query() _query: NoQuery,
  ) {
    const { source, file, replaces = false } = checkedBody(RegisterImport, body, 'invalid-import');
    const prefix = file && checkedBody(ImportedFile, file, 'invalid-import');
    return this.commands.execute(new RegisterDataset(tenant, { dataset, source, file: prefix, replaces }));
  }

  @Post(':dataset/undo')
  @Logged('change')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({
    summary: 'Take no further file under the data set, whose events are about to be retracted',
  })
  @Answers('import')
  undo(@Caller() { tenant }: Principal, @Param('dataset') dataset: string, @Query() _query: NoQuery) {
    return this.commands.execute(new UndoDataset(tenant, dataset));
  }

  @Get(':dataset/events')
  @Logged('list')
  @Roles('admin')
  @ApiOperation({ summary: 'The events imported under a data set; a page may be empty and have a next one' })
  @Answers('imported-events')
  events(
    @Caller() { tenant }: Principal,
    @Param('dataset') dataset: string,
    @Query() { cursor }: ImportedEventsQuery,
  ) {
    return this.importedEvents.execute(tenant, dataset, cursor);
  }
}
