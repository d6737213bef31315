import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

/** What may stand behind the question mark of `POST /v1/events`. */
export class EventsQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'true: all events are recorded, or none' })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  readonly atomic?: 'true' | 'false';
}
