import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { MasterRotation } from '../wiring/master-rotation.js';

type Rotated = { readonly secrets: number; readonly file: string };

/** Puts a new master key in place of the one in its file, while running. */
export class RotateMasterKey extends Command<Rotated> {}

@CommandHandler(RotateMasterKey)
export class RotateMasterKeyHandler implements ICommandHandler<RotateMasterKey> {
  constructor(private readonly rotation: MasterRotation) {}

  execute(): Promise<Rotated> {
    return this.rotation.rotate();
  }
}
