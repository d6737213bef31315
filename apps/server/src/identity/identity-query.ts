import { PickType } from '@nestjs/swagger';
import { MomentQuery } from '../query/moment-query.js';

/** Links are knowledge: they are cut by `at`, never by `asOf`. */
export class IdentityQuery extends PickType(MomentQuery, ['at', 'after'] as const) {}
