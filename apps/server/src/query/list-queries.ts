import { Transform } from 'class-transformer';
import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { SEVERITIES } from '#journey';
import { MomentQuery, PageQuery } from './moment-query.js';

const RISK_BANDS = ['low', 'medium', 'high', 'critical', 'lost'] as const;
const LOYALTY_BANDS = ['low', 'medium', 'high', 'unknown'] as const;
const STATUSES = ['open', 'resolved', 'closed'] as const;
const SORTS = ['breachAt', 'openedAt', 'pressure'] as const;

/** A parameter that is one of some words, or left out. */
function OneOf(words: readonly string[]): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ enum: words })(target, property);
    IsOptional()(target, property);
    IsIn(words, { message: `must be one of ${words.join(', ')}` })(target, property);
  };
}

/** A parameter that is a name, or left out. */
function Name(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ description, minLength: 1, maxLength: 200 })(target, property);
    IsOptional()(target, property);
    IsString({ message: 'must be given once' })(target, property);
    Length(1, 200)(target, property);
  };
}

/** A parameter that is true or false, or left out. */
function Flag(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ enum: ['true', 'false'], description })(target, property);
    IsOptional()(target, property);
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    )(target, property);
    IsBoolean({ message: 'must be true or false' })(target, property);
  };
}

/** Customers by churn risk, the highest excess first. Those lost or gone only by `band=lost`. */
export class ChurnRiskListQuery extends PageQuery {
  @OneOf(RISK_BANDS) readonly band?: (typeof RISK_BANDS)[number];
}

/** Customers by loyalty, the highest first. */
export class LoyaltyListQuery extends PageQuery {
  @OneOf(LOYALTY_BANDS) readonly band?: (typeof LOYALTY_BANDS)[number];
}

/** Which issues are meant. */
class IssueFilterQuery {
  @OneOf(STATUSES) readonly status?: (typeof STATUSES)[number];
  @OneOf(SEVERITIES) readonly severity?: (typeof SEVERITIES)[number];
  @OneOf(SEVERITIES) readonly raisedSeverity?: (typeof SEVERITIES)[number];
  @Name('only issues of this category') readonly category?: string;
  @Name('only issues of this team') readonly team?: string;
  @Flag('whether the clock was missed, in any spell') readonly breached?: boolean;
  @Flag('whether the source reported a breach') readonly breachReported?: boolean;
  @Flag('whether it was reopened at least once') readonly reopened?: boolean;
  @Flag('whether it was handed on at least once') readonly transferred?: boolean;
}

/** The issues of the tenant. */
export class IssueListQuery extends IntersectionType(PageQuery, IssueFilterQuery) {
  @OneOf(SORTS) readonly sort?: (typeof SORTS)[number];
}

/** The counts of issues, by the same filters as the queue. */
export class IssuesSummaryQuery extends IntersectionType(MomentQuery, IssueFilterQuery) {}
