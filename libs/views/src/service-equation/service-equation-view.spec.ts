import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contextAt, stateOf } from '../../../../test/kit/folded.js';
import { serviceEquation } from './service-equation-view.js';

const BEGINNING = Date.UTC(2026, 1, 1);
const STEPS = {
  greeting: 'CustomerGreeted',
  needs: 'NeedsIdentified',
  resolution: 'ResolutionProvided',
  confirmation: 'ResolutionConfirmed',
  invitation: 'ReturnInvited',
} as const;

/** Touchpoints of few contacts at few times: steps before and after ends, contacts that begin together, ends without a beginning. */
const touchpoint = fc.record({
  type: fc.constantFrom('ContactStarted', 'IssueRaised', 'ContactEnded', ...Object.values(STEPS)),
  customer: fc.constantFrom('a', 'b'),
  minute: fc.nat({ max: 12 }),
  contactId: fc.constantFrom('k1', 'k2', 'k3', 'k4'),
  disposition: fc.constantFrom('completed', 'abandoned', 'dropped'),
});

it('10: adds up the steps of all ended contacts as contacts change, and lists the latest first', () => {
  fc.assert(
    fc.property(fc.array(touchpoint, { maxLength: 60 }), (touchpoints) => {
      const context = contextAt(BEGINNING + 86_400_000);
      const events = touchpoints.map(({ type, customer, minute, contactId, disposition }, i) => ({
        ...{ type, customer, at: BEGINNING + minute * 60_000, id: String(i) },
        data: {
          ...{ contactId, issueId: `i-${contactId}`, disposition, channel: 'phone', direction: 'inbound' },
          ...{
            agentId: 'g-1',
            agentKind: 'human',
            needs: [{ category: 'billing' }],
            category: 'billing',
            severity: 'normal',
          },
        },
      }));
      const state = stateOf(events, context);
      const took = [...state.contacts.records.values()].filter(({ startedAt }) => startedAt !== undefined);
      const ended = took.filter(({ endedAt }) => endedAt !== null);
      const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
      const applicable = sum(ended.map(({ stepsApplicable }) => stepsApplicable!));
      const view = serviceEquation.publish(state, context);
      expect(view).toMatchObject({
        completeness:
          ended.length === 0
            ? null
            : Math.round((sum(ended.map(({ stepsDone }) => stepsDone)) / applicable) * 1e6) / 1e6,
        contactCount: took.length,
        endedCount: ended.length,
        missing: Object.fromEntries(
          Object.entries(STEPS).map(([step, type]) => [
            step,
            ended.filter((contact) => contact.stepOutcome(type) === 'missing').length,
          ]),
        ),
      });
      const listed = took
        .map(({ startedAt, contactId, customer }) => ({ startedAt: startedAt!, contactId, customer }))
        .sort(
          (a, b) =>
            b.startedAt - a.startedAt ||
            (a.contactId < b.contactId
              ? -1
              : a.contactId > b.contactId
                ? 1
                : a.customer < b.customer
                  ? -1
                  : 1),
        );
      expect(view.contacts.map(({ contactId, startedAt }) => [contactId, Date.parse(startedAt)])).toEqual(
        listed.map(({ contactId, startedAt }) => [contactId, startedAt]),
      );
    }),
    { numRuns: 300 },
  );
});
