import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { parseTime, TIME_FORM } from '#event-sourcing';

/** A parameter that is a name, or left out. */
export function Name(description: string, maxLength = 200): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description, minLength: 1, maxLength }),
    IsOptional(),
    IsString({ message: 'must be given once' }),
    Length(1, maxLength),
  );
}

/** A whole number written in decimal digits: `1e3`, `0x10`, ` 5` and nothing at all are refused. */
export function Digits(message = 'must be a whole number'): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value,
    ),
    IsInt({ message }),
  );
}

/** A parameter that is a whole number between two others, or left out. */
export function WholeNumber(
  description: string,
  minimum: number,
  maximum: number,
  usual?: number,
): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', description, minimum, maximum, default: usual }),
    IsOptional(),
    Digits(),
    Min(minimum),
    Max(maximum),
  );
}

/** A parameter that is one of some words, or left out. */
export function OneWord(words: readonly string[], description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ enum: words, description }),
    IsOptional(),
    IsIn(words, { message: `must be one of ${words.join(', ')}` }),
  );
}

/** A parameter that is one of some words, several of them with commas between, or left out. */
export function Words(words: readonly string[], description?: string): PropertyDecorator {
  const several = `one of ${words.join(', ')}, or several with commas between`;
  const pattern = `^(${words.join('|')})(,(${words.join('|')}))*$`;
  return applyDecorators(
    ApiPropertyOptional({
      description: description === undefined ? several : `${description}; ${several}`,
      pattern,
    }),
    IsOptional(),
    Matches(new RegExp(pattern), { message: `must be ${several}` }),
  );
}

/** A parameter that is true or false, or left out. */
export function Flag(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ enum: ['true', 'false'], description }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    IsBoolean({ message: 'must be true or false' }),
  );
}

/** A parameter that is a time with its offset, or left out. */
export function Time(description: string): PropertyDecorator {
  const message = `must be ${TIME_FORM} (a + in a URL is %2B)`;
  const validate = (value: unknown) => typeof value === 'string' && parseTime(value) !== undefined;
  return applyDecorators(
    ApiPropertyOptional({ description, format: 'date-time' }),
    IsOptional(),
    ValidateBy({ name: 'isTime', validator: { validate, defaultMessage: () => message } }),
  );
}
