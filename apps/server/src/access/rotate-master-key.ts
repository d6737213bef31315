import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { LedgerError } from '#event-sourcing';
import { MasterRotation } from '../wiring/master-rotation.js';

type Rotated = { readonly secrets: number; readonly file: string };

/** Rotates the master key. It protects every tenant, so no tenant's admin may: only the machine's operator. */
export class RotateMasterKey extends Command<Rotated> {
  constructor(readonly subject: string) {
    super();
  }
}

@CommandHandler(RotateMasterKey)
export class RotateMasterKeyHandler implements ICommandHandler<RotateMasterKey> {
  constructor(private readonly rotation: MasterRotation) {}

  execute({ subject }: RotateMasterKey): Promise<Rotated> {
    if (subject === 'operator') return this.rotation.rotate();
    const detail = 'the master key protects every tenant: run cx keys rotate-master on the server’s machine';
    throw new LedgerError('forbidden', detail);
  }
}
