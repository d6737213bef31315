import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { InvalidInput } from '#event-sourcing';

const WORDS = ['true', 'false'] as const;
const MESSAGE = { message: 'must be true or false' };

/** The query parameters of `POST /v1/events`. */
export class EventsQuery {
  @ApiPropertyOptional({ enum: WORDS, description: 'true: all events are recorded, or none' })
  @IsOptional()
  @IsIn(WORDS, MESSAGE)
  readonly atomic?: 'true' | 'false';

  @ApiPropertyOptional({
    enum: WORDS,
    description:
      'true: nothing is stored; the answer says what would become of each event, and what the views of the customers would be',
  })
  @IsOptional()
  @IsIn(WORDS, MESSAGE)
  readonly dryRun?: 'true' | 'false';
}

/**
 * A stream is recorded as it comes, so it can be neither all or none nor a dry run. Throws InvalidInput
 * `invalid-query`.
 */
export function checkStreamQuery(query: EventsQuery): void {
  const faults = (['atomic', 'dryRun'] as const)
    .filter((name) => query[name] === 'true')
    .map((name) => ({ pointer: `/${name}`, detail: 'is not possible with a stream of lines: send a batch' }));
  if (faults.length === 0) return;
  throw new InvalidInput('invalid-query', `${faults[0]!.pointer.slice(1)} ${faults[0]!.detail}`, faults);
}
