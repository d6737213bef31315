import { describe, expect, it } from '@jest/globals';
import { IsOptional, Max, MaxLength, Min } from 'class-validator';
import { QueryPipe } from './query-pipe.js';

const TOLD = 'team: must be shorter than or equal to 3 characters; limit: must be 1 or more';

class Asked {
  @IsOptional() @MaxLength(3) readonly team?: string;
  @IsOptional() @Min(1, { message: 'must be 1 or more' }) readonly limit?: number;
  @IsOptional() @Min(0, { message: 'must be a whole number from 0' }) readonly from?: number;
}

describe('query parameters that are wrong', () => {
  it('12.3: are named once, whether the message is ours or class-validator’s', async () => {
    const asked = { team: 'team 1', limit: 0, colour: 'red' };
    const refused = new QueryPipe().transform(asked, { type: 'query', metatype: Asked });
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining(TOLD),
      faults: [
        { pointer: '/colour', detail: 'is not a parameter of this route' },
        { pointer: '/team', detail: 'must be shorter than or equal to 3 characters' },
        { pointer: '/limit', detail: 'must be 1 or more' },
      ],
    });
  });

  it('12.3: are named once where several rules of a parameter say the same', async () => {
    class Numbered {
      @Min(0, { message: 'must be a whole number from 0' })
      @Max(9, { message: 'must be a whole number from 0' })
      readonly entry!: number;
    }
    const refused = new QueryPipe().transform({ entry: 'x' }, { type: 'query', metatype: Numbered });
    await expect(refused).rejects.toMatchObject({
      message: 'entry: must be a whole number from 0',
      faults: [{ pointer: '/entry', detail: 'must be a whole number from 0' }],
    });
  });

  it('13.1: are told in whole sentences, also where a sentence has the name of the parameter in it', async () => {
    const refused = new QueryPipe().transform({ from: -1 }, { type: 'query', metatype: Asked });
    await expect(refused).rejects.toMatchObject({
      faults: [{ pointer: '/from', detail: 'must be a whole number from 0' }],
    });
  });
});
