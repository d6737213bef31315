import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length } from 'class-validator';

/** A parameter that is a name, or left out. */
export function Name(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ description, minLength: 1, maxLength: 200 })(target, property);
    IsOptional()(target, property);
    IsString({ message: 'must be given once' })(target, property);
    Length(1, 200)(target, property);
  };
}

/** A whole number written in decimal digits: `1e3`, `0x10`, ` 5` and nothing at all are refused. */
export function Digits(message = 'must be a whole number'): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value,
    )(target, property);
    IsInt({ message })(target, property);
  };
}

/** A parameter that is one of some words, or left out. */
export function OneWord(words: readonly string[], description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ enum: words, description })(target, property);
    IsOptional()(target, property);
    IsIn(words, { message: `must be one of ${words.join(', ')}` })(target, property);
  };
}

/** A parameter that is true or false, or left out. */
export function Flag(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ enum: ['true', 'false'], description })(target, property);
    IsOptional()(target, property);
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    )(target, property);
    IsBoolean({ message: 'must be true or false' })(target, property);
  };
}
