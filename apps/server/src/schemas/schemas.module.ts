import { Module } from '@nestjs/common';
import { SchemasController } from './schemas.controller.js';

/** The types of events and their JSON Schemas. */
@Module({ controllers: [SchemasController] })
export class SchemasModule {}
