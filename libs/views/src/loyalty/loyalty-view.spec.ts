import { describe, expect, it } from '@jest/globals';
import { published } from '../../../../test/kit/folded.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { answered, bought, contacted, day, raised, eventOn } from '../../../../test/kit/event-builders.js';
import { loyalty, type LoyaltyView } from './loyalty-view.js';

/** The loyalty of `c-1` as of a day. */
const loyaltyOf = (events: readonly TestEvent[], days: number): LoyaltyView =>
  published(loyalty, events, Math.trunc(day(days)));

const valueOf = (component: string, events: readonly TestEvent[], days: number) =>
  loyaltyOf(events, days).components.find((part) => part.component === component)!.value;

describe('loyalty', () => {
  it('is unknown, not zero, while nothing is known', () => {
    const view = loyaltyOf([eventOn('CustomerIdentified', 0)], 1);
    expect(view).toMatchObject({ score: null, band: 'unknown', coverage: 0, calibrated: false });
    expect(view.components.map(({ component, weight, value }) => [component, weight, value])).toEqual([
      ['behaviour', 40, null],
      ['attitude', 35, null],
      ['advocacy', 15, null],
      ['process', 10, null],
    ]);
  });

  it('gives the weight of what is missing to what is known', () => {
    const view = loyaltyOf([answered(0, 'csat', 5), eventOn('ReferralMade', 0)], 0);
    expect(view).toMatchObject({ score: 73.041057, coverage: 0.5, band: 'medium' });
  });

  it('keeps customers apart of whom less than .35 is known', () => {
    expect(loyaltyOf([eventOn('ReferralMade', 0)], 0)).toMatchObject({
      coverage: 0.15,
      band: 'unknown',
      score: 73.105858,
    });
    expect(loyaltyOf([answered(0, 'csat', 5)], 0).band).toBe('medium');
  });

  it('takes one less the behavioural risk as behaviour, and nothing of what service adds to the risk', () => {
    expect(valueOf('behaviour', [bought(0), answered(0, 'csat', 1)], 91)).toBe(0.118919);
    const gone = [
      eventOn('ContractStarted', 0, { contractId: 'k' }),
      eventOn('ContractEnded', 5, { contractId: 'k' }),
    ];
    expect(valueOf('behaviour', gone, 6)).toBe(0);
  });
});

describe('attitude', () => {
  it('is satisfaction, drawn towards the population’s mean, and fading towards it', () => {
    expect(valueOf('attitude', [answered(0, 'csat', 5)], 0)).toBe(0.730133);
    expect(valueOf('attitude', [answered(0, 'csat', 5)], 180)).toBe(0.702933);
    expect(valueOf('attitude', [answered(0, 'csat', 1)], 0)).toBe(0.505995);
  });

  it('says how many answers had no recorded expectation', () => {
    const need = eventOn('NeedsIdentified', 0, { contactId: 'c1', needs: [], expectation: 7 });
    const view = loyaltyOf([need, answered(0, 'csat', 5, { contactId: 'c1' }), answered(0, 'ces', 7)], 0);
    expect(view.components[1]).toMatchObject({ component: 'attitude', expectationAssumed: 0.5 });
    // What was expected and given is exactly the neutral point, ⅔.
    expect(valueOf('attitude', [need, answered(0, 'csat', 5, { contactId: 'c1' })], 0)).toBe(0.666667);
  });

  it('counts every rating of one contact, none overwriting another', () => {
    const view = loyaltyOf(
      [answered(0, 'csat', 5, { contactId: 'c1' }), answered(1, 'csat', 2, { contactId: 'c1' })],
      1,
    );
    expect(view.csat).toMatchObject({ csat: 0.5, n: 2 });
  });
});

describe('advocacy', () => {
  it('comes from recommendations, referrals and public mentions with their reach', () => {
    expect(valueOf('advocacy', [answered(0, 'nps', 10)], 0)).toBe(0.731059);
    expect(valueOf('advocacy', [answered(0, 'nps', 7)], 0)).toBe(0.5);
    const mention = eventOn('PublicMentionPosted', 0, { platform: 'x', sentiment: -1, reach: 1000 });
    expect(valueOf('advocacy', [mention], 0)).toBe(0.119188);
    expect(valueOf('attitude', [answered(0, 'nps', 10)], 0)).toBeNull();
  });
});

describe('service process', () => {
  const greeted = eventOn('CustomerGreeted', 0, { contactId: 'c1', agentId: 'a', agentKind: 'human' });
  const need = eventOn('NeedsIdentified', 0, { contactId: 'c1', needs: [] });
  const met = eventOn('ResolutionProvided', 0, { issueId: 'i', contactId: 'c1' });
  const invited = eventOn('ReturnInvited', 0, { contactId: 'c1' });
  const ended = eventOn('ContactEnded', 0, { contactId: 'c1', disposition: 'completed' });
  const process = (events: readonly TestEvent[], days = 0) => valueOf('process', events, days);
  // One contact beside three of the population's mean of ⅔.
  const drawn = (share: number) => Math.round(((share + 2) / 4) * 1e6) / 1e6;

  it('is the share of the five steps done in a completed contact about a need', () => {
    expect(process([contacted(0, 'c1'), greeted, need, met, invited])).toBeNull();
    expect(process([greeted, need, met, invited, ended])).toBe(drawn(4 / 5));
    expect(process([greeted, raised(0, 'i', { contactId: 'c1' }), ended])).toBe(drawn(1 / 5));
  });

  it('asks for no resolution where there was neither need nor issue', () => {
    expect(process([greeted, invited, ended])).toBe(drawn(2 / 3));
  });

  it('judges an abandoned contact by how far it got', () => {
    const abandoned = eventOn('ContactEnded', 0, { contactId: 'c1', disposition: 'abandoned' });
    expect(process([abandoned])).toBe(drawn(0));
    expect(process([greeted, need, abandoned])).toBe(drawn(2 / 3));
  });

  it('is the same in every order of one instant, and rises when the customer confirms later', () => {
    const events = [greeted, need, met, invited, ended];
    const reversed = [...events].reverse().map((event, sequence) => ({ ...event, sequence }));
    expect(process(reversed)).toBe(drawn(4 / 5));
    const confirmed = eventOn('ResolutionConfirmed', 1, { issueId: 'i', contactId: 'c1' });
    const fresh = process([...events, confirmed], 1);
    expect(fresh).toBeGreaterThan(drawn(4 / 5));
    expect(fresh).toBeCloseTo((2 ** (-1 / 180) + 2) / (2 ** (-1 / 180) + 3), 6);
  });
});

describe('survey measures beside the score', () => {
  const sent = (surveyId: string, survey = 'csat') => eventOn('SurveySent', 0, { surveyId, survey });

  it('give NPS, CSAT with its response rate, and CES with raw mean', () => {
    const surveys = ['s1', 's2', 's3', 's4'].map((surveyId) => sent(surveyId));
    const answers = [
      answered(0, 'csat', 4),
      answered(0, 'nps', 9),
      answered(0, 'nps', 3),
      answered(0, 'ces', 6),
    ];
    const view = loyaltyOf([...surveys, ...answers], 0);
    expect(view.csat).toMatchObject({ csat: 1, n: 1, responseRate: 0.25 });
    expect(view.nps).toMatchObject({ nps: 0, promoters: 1, detractors: 1, n: 2 });
    expect(view.ces).toMatchObject({ ces: 1, mean: 6, n: 1 });
  });

  it('A19: count one answer a survey, the latest, whatever the order in which the survey and its answers came', () => {
    const twice = [
      sent('s1'),
      answered(1, 'csat', 5, { surveyId: 's1' }),
      answered(2, 'csat', 2, { surveyId: 's1' }),
    ];
    expect(loyaltyOf(twice, 2).csat).toMatchObject({ csat: 0, n: 1, responseRate: 1 });
    expect(loyaltyOf(twice, 1).csat).toMatchObject({ csat: 1, n: 1, responseRate: 1 });
    const changed = [
      answered(1, 'nps', 10, { surveyId: 's1' }),
      answered(2, 'nps', 3, { surveyId: 's1' }),
      answered(1, 'ces', 6, { surveyId: 's1' }),
      answered(2, 'ces', 2, { surveyId: 's1' }),
      answered(2, 'ces', 3, { surveyId: 's2' }),
    ];
    expect(loyaltyOf(changed, 2).nps).toMatchObject({ nps: -1, promoters: 0, detractors: 1, n: 1 });
    expect(loyaltyOf(changed, 2).ces).toMatchObject({ ces: 0, mean: 2.5, n: 2 });
  });

  it('A19: take the response rate from distinct surveys: two sent and one answered twice is a half', () => {
    const events = [
      sent('s1'),
      sent('s2'),
      answered(1, 'csat', 4, { surveyId: 's1' }),
      answered(2, 'csat', 5, { surveyId: 's1' }),
    ];
    expect(loyaltyOf(events, 2).csat).toMatchObject({ n: 1, responseRate: 0.5 });
  });

  it('A19: count a survey with a reminder once, and an answer to a survey that was never sent not as a response', () => {
    const reminded = [sent('s1'), sent('s1'), answered(1, 'csat', 4, { surveyId: 's1' })];
    expect(loyaltyOf(reminded, 1).csat).toMatchObject({ n: 1, responseRate: 1 });
    const early = [answered(-1, 'csat', 4, { surveyId: 's1' }), sent('s1'), sent('s2')];
    expect(loyaltyOf(early, 0).csat).toMatchObject({ n: 1, responseRate: 0.5 });
    const unasked = [sent('s1'), answered(1, 'csat', 4, { surveyId: 'other' })];
    expect(loyaltyOf(unasked, 1).csat).toMatchObject({ n: 1, responseRate: 0 });
  });

  it('A19: keep every answer in attitude, which is a mean over time of what was said', () => {
    const changed = [
      answered(0, 'csat', 1, { surveyId: 's1' }),
      answered(0, 'csat', 5, { surveyId: 's1' }),
    ].map((event, sequence) => ({ ...event, sequence }));
    const both = [answered(0, 'csat', 1), answered(0, 'csat', 5)].map((e, sequence) => ({ ...e, sequence }));
    expect(valueOf('attitude', changed, 0)).toBe(valueOf('attitude', both, 0));
  });

  it('A24: tell surveys of two identities apart', () => {
    const other = { ...answered(1, 'csat', 5, { surveyId: 's1' }), customer: 'c-2' };
    expect(loyaltyOf([answered(0, 'csat', 1, { surveyId: 's1' }), other], 1).csat).toMatchObject({
      csat: 0.5,
      n: 2,
    });
  });
});
