import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { InvalidInput } from '#event-sourcing';

/** What may stand behind the question mark of `POST /v1/events`. */
export class EventsQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'true: all events are recorded, or none' })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  readonly atomic?: 'true' | 'false';
}

/** A stream is recorded as it comes, so it cannot be all or none. Throws InvalidInput `invalid-query`. */
export function checkStreamQuery({ atomic }: EventsQuery): void {
  if (atomic !== 'true') return;
  const detail = 'a stream of lines cannot be atomic: send a batch';
  throw new InvalidInput('invalid-query', detail, [{ pointer: '/atomic', detail }]);
}
