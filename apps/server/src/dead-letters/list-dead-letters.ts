import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { DeadLetterStore } from '#intake';
import type { Principal } from '#platform';
import { Cursors } from '../cursors/cursors.js';
import { numberedPage } from '../cursors/numbered-page.js';
import type { DeadLettersQuery } from './dead-letters-query.js';
import { letterView } from './letter-view.js';
import { listOwner } from './list-owner.js';

/** Dead letters of the caller's tenant, oldest first; the operator may ask for nobody's. */
@Injectable()
export class ListDeadLetters {
  constructor(
    private readonly letters: DeadLetterStore,
    private readonly cursors: Cursors,
  ) {}

  async execute(caller: Principal, about: DeadLettersQuery): Promise<Answer<'dead-letters'>> {
    const { state, code, nobodys } = about;
    const tenant = listOwner(caller, nobodys === true);
    const scope = { route: 'dead-letters', tenant: caller.tenant, filters: { state, code, nobodys } };
    const read = (after: number | undefined, limit: number) =>
      this.letters.list({ tenant, state, code, after, limit });
    return numberedPage(this.cursors, scope, about, read, letterView);
  }
}
