import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { ISSUE_STATES, PROMISE_STATES } from '#customer';
import { PROMISES, SEVERITIES, WAITING_ON } from '#journey';
import { CHURN_BANDS, LOYALTY_BANDS, RULE_NAMES, URGENCIES } from '#views';
import { MomentQuery, PageQuery } from './moment-query.js';
import { Flag, Name, OneWord, WholeNumber, Words } from './parameters.js';

const STATUSES = ['open', 'resolved', 'closed'] as const;

/** A parameter that orders a list, or left out. */
function Sort(columns: readonly string[], usual: string): PropertyDecorator {
  const words = columns.flatMap((column) => [column, `-${column}`]);
  return OneWord(words, `${usual} unless given; a - before it turns the direction round`);
}

/** A page of a list that can be counted. */
class ListQuery extends PageQuery {
  @OneWord(['exact', 'none'], '`exact`: the answer has `total`') readonly count?: 'exact' | 'none';
}

/** Customers by churn risk, the highest excess first. Lost customers are returned only with `band=lost`. */
export class ChurnRiskListQuery extends ListQuery {
  @Words(CHURN_BANDS) readonly band?: string;
  @Sort(['excess'], 'excess, the highest first') readonly sort?: string;
}

/** Customers by loyalty, the highest first. */
export class LoyaltyListQuery extends ListQuery {
  @Words(LOYALTY_BANDS) readonly band?: string;
  @Sort(['score'], 'score, the highest first') readonly sort?: string;
}

/** The customers of the tenant. */
export class CustomerListQuery extends ListQuery {
  @Name('only customers whose ids begin with this text') readonly prefix?: string;
  @Words(CHURN_BANDS, 'band of the risk of churn') readonly band?: string;
  @Words(LOYALTY_BANDS, 'band of loyalty') readonly loyalty?: string;
  @Name('only customers of this segment, or of several with commas between') readonly segment?: string;
  @WholeNumber('at least this many open issues', 0, 1_000_000) readonly openIssues?: number;
  @ApiPropertyOptional({
    description:
      'only the customer of this alias, `<scheme>:<value>` as in CustomerIdentified, compared exactly. It is known by a keyed hash only, and not kept in the access log',
    example: 'loyalty-card:9912',
    maxLength: 2_201,
  })
  @IsOptional()
  @Matches(/^[^:]{1,200}:[^]{1,2000}$/, { message: 'must be <scheme>:<value>' })
  readonly alias?: string;

  @Sort(['customer', 'excess', 'loyalty'], 'customer, ascending') readonly sort?: string;
}

/** The promises made to customers of the tenant. */
export class PromiseListQuery extends ListQuery {
  @Words(PROMISE_STATES, '`kept` in time, `missed` kept later or not') readonly state?: string;
  @Words(PROMISES) readonly kind?: string;
  @Name('only promises made by this agent, or by several with commas between') readonly agentId?: string;
  @Name('only promises about issues of this team, or of several with commas between')
  readonly team?: string;
  @Name('only promises to this customer') readonly customer?: string;
  @Sort(['dueAt', 'madeAt'], 'dueAt, the earliest first') readonly sort?: string;
}

/** What should be done next for customers of the tenant. */
export class ActionListQuery extends ListQuery {
  @Words(RULE_NAMES, 'which rule asks for it') readonly rule?: string;
  @Words(URGENCIES) readonly urgency?: string;
  @Name('only what this team has to do with, or one of several with commas between')
  readonly team?: string;
  @Name('only what this agent has to do with, or one of several with commas between')
  readonly agentId?: string;
  @Name('only for this customer') readonly customer?: string;
  @Sort(['urgency'], 'urgency, the most urgent and earliest due first') readonly sort?: string;
}

/** One issue. */
export class OneIssueQuery extends MomentQuery {
  @Name('the customer whose issue it is, where several have one of this id') readonly customer?: string;
}

/** Which issues are meant. */
class IssueFilterQuery {
  @Words(STATUSES, '`open` includes waiting, `resolved` includes confirmed') readonly status?: string;
  @Words(ISSUE_STATES) readonly state?: string;
  @Words(SEVERITIES) readonly severity?: string;
  @Words(SEVERITIES) readonly raisedSeverity?: string;
  @Name('only issues of this category, or of several with commas between') readonly category?: string;
  @Name('only issues of this team, or of several with commas between') readonly team?: string;
  @Name('only issues assigned to this agent, or to one of several with commas between')
  readonly assignee?: string;
  @Flag('whether it is assigned to nobody') readonly unassigned?: boolean;
  @Words(WAITING_ON) readonly waitingOn?: string;
  @Name('only issues of this customer') readonly customer?: string;
  @Flag('whether the clock was missed, in any spell') readonly breached?: boolean;
  @Flag('whether the source reported a breach') readonly breachReported?: boolean;
  @Flag('whether it was reopened at least once') readonly reopened?: boolean;
  @Flag('whether it was transferred at least once') readonly transferred?: boolean;
}

/** The issues of the tenant. */
export class IssueListQuery extends IntersectionType(ListQuery, IssueFilterQuery) {
  @Sort(['breachAt', 'openedAt', 'pressure'], 'breachAt, the earliest first') readonly sort?: string;
}

/** The counts of issues, by the same filters as the queue. */
export class IssuesSummaryQuery extends IntersectionType(MomentQuery, IssueFilterQuery) {}
