import { describe, expect, it } from '@jest/globals';
import { asking } from '../../../test/kit/asking.js';
import type { ToldEvent } from '../../../test/kit/told-event.js';
import { answered, bought, contacted, day, dayText, raised, told } from '../../../test/kit/told.js';
import type { LoyaltyView } from './loyalty-view.js';
import { customerView } from './questions/customer-question.js';

/** The loyalty of `c-1` as of a day. */
function loyaltyOf(events: readonly ToldEvent[], days: number): Promise<LoyaltyView> {
  const { asker } = asking(events, day(1000));
  return customerView(asker, { tenant: 'default', customer: 'c-1', view: 'loyalty', asOf: dayText(days) });
}

const valueOf = async (component: string, events: readonly ToldEvent[], days: number) =>
  (await loyaltyOf(events, days)).components.find((part) => part.component === component)!.value;

describe('loyalty', () => {
  it('is unknown, not zero, while nothing is known', async () => {
    const view = await loyaltyOf([told('CustomerIdentified', 0)], 1);
    expect(view).toMatchObject({ score: null, band: 'unknown', coverage: 0, calibrated: false });
    expect(view.components.map(({ component, weight, value }) => [component, weight, value])).toEqual([
      ['behaviour', 40, null],
      ['attitude', 35, null],
      ['advocacy', 15, null],
      ['process', 10, null],
    ]);
  });

  it('gives the weight of what is missing to what is known', async () => {
    const view = await loyaltyOf([answered(0, 'csat', 5), told('ReferralMade', 0)], 0);
    expect(view).toMatchObject({ score: 73.041057, coverage: 0.5, band: 'medium' });
  });

  it('keeps customers apart of whom less than .35 is known', async () => {
    expect(await loyaltyOf([told('ReferralMade', 0)], 0)).toMatchObject({
      coverage: 0.15,
      band: 'unknown',
      score: 73.105858,
    });
    expect((await loyaltyOf([answered(0, 'csat', 5)], 0)).band).toBe('medium');
  });

  it('takes one less the behavioural risk as behaviour, and nothing of what service adds to the risk', async () => {
    expect(await valueOf('behaviour', [bought(0), answered(0, 'csat', 1)], 91)).toBe(0.118919);
    const gone = [
      told('ContractStarted', 0, { contractId: 'k' }),
      told('ContractEnded', 5, { contractId: 'k' }),
    ];
    expect(await valueOf('behaviour', gone, 6)).toBe(0);
  });
});

describe('attitude', () => {
  it('is satisfaction, drawn towards the population’s mean, and fading towards it', async () => {
    expect(await valueOf('attitude', [answered(0, 'csat', 5)], 0)).toBe(0.730133);
    expect(await valueOf('attitude', [answered(0, 'csat', 5)], 180)).toBe(0.702933);
    expect(await valueOf('attitude', [answered(0, 'csat', 1)], 0)).toBe(0.505995);
  });

  it('says how many answers had no recorded expectation', async () => {
    const need = told('NeedsIdentified', 0, { contactId: 'c1', needs: [], expectation: 7 });
    const view = await loyaltyOf(
      [need, answered(0, 'csat', 5, { contactId: 'c1' }), answered(0, 'ces', 7)],
      0,
    );
    expect(view.components[1]).toMatchObject({ component: 'attitude', expectationAssumed: 0.5 });
    // What was expected and given is exactly the neutral point, ⅔.
    expect(await valueOf('attitude', [need, answered(0, 'csat', 5, { contactId: 'c1' })], 0)).toBe(0.666667);
  });

  it('counts every rating of one contact, none overwriting another', async () => {
    const view = await loyaltyOf(
      [answered(0, 'csat', 5, { contactId: 'c1' }), answered(1, 'csat', 2, { contactId: 'c1' })],
      1,
    );
    expect(view.csat).toMatchObject({ csat: 0.5, n: 2 });
  });
});

describe('advocacy', () => {
  it('comes from recommendations, referrals and public mentions with their reach', async () => {
    expect(await valueOf('advocacy', [answered(0, 'nps', 10)], 0)).toBe(0.731059);
    expect(await valueOf('advocacy', [answered(0, 'nps', 7)], 0)).toBe(0.5);
    const mention = told('PublicMentionPosted', 0, { platform: 'x', sentiment: -1, reach: 1000 });
    expect(await valueOf('advocacy', [mention], 0)).toBe(0.119188);
    expect(await valueOf('attitude', [answered(0, 'nps', 10)], 0)).toBeNull();
  });
});

describe('service process', () => {
  const greeted = told('CustomerGreeted', 0, { contactId: 'c1', agentId: 'a', agentKind: 'human' });
  const need = told('NeedsIdentified', 0, { contactId: 'c1', needs: [] });
  const met = told('ResolutionProvided', 0, { issueId: 'i', contactId: 'c1' });
  const invited = told('ReturnInvited', 0, { contactId: 'c1' });
  const ended = told('ContactEnded', 0, { contactId: 'c1', disposition: 'completed' });
  const process = (events: readonly ToldEvent[], days = 0) => valueOf('process', events, days);
  // One contact beside three of the population's mean of ⅔.
  const drawn = (share: number) => Math.round(((share + 2) / 4) * 1e6) / 1e6;

  it('is the share of the five steps done in a completed contact about a need', async () => {
    expect(await process([contacted(0, 'c1'), greeted, need, met, invited])).toBeNull();
    expect(await process([greeted, need, met, invited, ended])).toBe(drawn(4 / 5));
    expect(await process([greeted, raised(0, 'i', { contactId: 'c1' }), ended])).toBe(drawn(1 / 5));
  });

  it('asks for no resolution where there was neither need nor issue', async () => {
    expect(await process([greeted, invited, ended])).toBe(drawn(2 / 3));
  });

  it('judges an abandoned contact by how far it got', async () => {
    const abandoned = told('ContactEnded', 0, { contactId: 'c1', disposition: 'abandoned' });
    expect(await process([abandoned])).toBe(drawn(0));
    expect(await process([greeted, need, abandoned])).toBe(drawn(2 / 3));
  });

  it('is the same in every order of one instant, and rises when the customer confirms later', async () => {
    const events = [greeted, need, met, invited, ended];
    const reversed = [...events].reverse().map((event, sequence) => ({ ...event, sequence }));
    expect(await process(reversed)).toBe(drawn(4 / 5));
    const confirmed = told('ResolutionConfirmed', 1, { issueId: 'i', contactId: 'c1' });
    const fresh = await process([...events, confirmed], 1);
    expect(fresh).toBeGreaterThan(drawn(4 / 5));
    expect(fresh).toBeCloseTo((2 ** (-1 / 180) + 2) / (2 ** (-1 / 180) + 3), 6);
  });
});

describe('survey measures beside the score', () => {
  it('give NPS, CSAT with its response rate, and CES with raw mean', async () => {
    const sent = told('SurveySent', 0, { surveyId: 's', survey: 'csat' });
    const view = await loyaltyOf(
      [
        sent,
        sent,
        sent,
        sent,
        answered(0, 'csat', 4),
        answered(0, 'nps', 9),
        answered(0, 'nps', 3),
        answered(0, 'ces', 6),
      ],
      0,
    );
    expect(view.csat).toMatchObject({ csat: 1, n: 1, responseRate: 0.25 });
    expect(view.nps).toMatchObject({ nps: 0, promoters: 1, detractors: 1, n: 2 });
    expect(view.ces).toMatchObject({ ces: 1, mean: 6, n: 1 });
  });
});
