import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { MasterRotation } from '../wiring/master-rotation.js';

/** Puts a new master key in place of the one in its file, while running. */
export class RotateMasterKey extends Command<Answer<'rotated-master-key'>> {}

@CommandHandler(RotateMasterKey)
export class RotateMasterKeyHandler implements ICommandHandler<RotateMasterKey> {
  constructor(private readonly rotation: MasterRotation) {}

  execute(): Promise<Answer<'rotated-master-key'>> {
    return this.rotation.rotate();
  }
}
