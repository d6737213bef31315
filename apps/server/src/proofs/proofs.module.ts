import { Module } from '@nestjs/common';
import { ProofsController } from './proofs.controller.js';

/** The verifiable log, for those who check it. */
@Module({ controllers: [ProofsController] })
export class ProofsModule {}
