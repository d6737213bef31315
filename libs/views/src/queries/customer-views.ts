import type { Json } from '#event-sourcing';
import { flag, object, type ObjectSchema, type Members } from '../schema.js';
import { VIEWS, viewOf } from '../views.js';
import { customerFrame, type CustomerQuery, type QueryContext } from './query-context.js';
import { type CustomerFrame, withCustomer } from './with-customer.js';

const known = { known: flag('false where nothing is known of the customer at the moment asked about') };

/** What one view of a customer answers: the view’s own members within the frame. */
export function customerViewSchema(view: string): ObjectSchema<Members> {
  return object({ ...customerFrame, ...known, ...viewOf(view).schema.members });
}

/** What all views of a customer together answer: each under its name. */
export const customerViewsSchema: ObjectSchema<Members> = object({
  ...customerFrame,
  ...known,
  ...Object.fromEntries(VIEWS.map(({ member, schema }) => [member, schema])),
});

export interface CustomerViewAnswer extends CustomerFrame {
  /** False where nothing is known of the customer at the moment asked about. */
  readonly known: boolean;
  readonly [member: string]: Json | undefined;
}

/** One view of a customer. Throws NotFound for an unknown customer. */
export function customerView(
  query: QueryContext,
  question: CustomerQuery & { readonly view: string },
): Promise<CustomerViewAnswer> {
  return withCustomer(query, question, async ({ frame, context, ...moment }) => {
    const state = await moment.state();
    const published = viewOf(question.view).publish(state, context) as { readonly [member: string]: Json };
    return { ...frame, known: state.lastAt !== undefined, ...published };
  });
}

/** All views of a customer together. Throws NotFound for an unknown customer. */
export function customerViews(query: QueryContext, question: CustomerQuery): Promise<CustomerViewAnswer> {
  return withCustomer(query, question, async ({ frame, context, ...moment }) => {
    const state = await moment.state();
    const views = VIEWS.map(({ member, publish }) => [member, publish(state, context) as Json]);
    return { ...frame, known: state.lastAt !== undefined, ...Object.fromEntries(views) };
  });
}
