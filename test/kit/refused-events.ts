import { ALL_PLANTED as ALL, PLANTED } from './planted.js';
import { issueRaised, sentEvent } from './touchpoint.js';
import type { SentEvent } from './touchpoint.js';

const { name, email, phone, comment } = PLANTED;

/** Events that are refused, with planted text where it should not be. */
export const REFUSED: readonly SentEvent[] = [
  issueRaised('r1', { subject: email }),
  issueRaised('r2', { subject: phone }),
  issueRaised('r3', { subject: `contact:${email}` }),
  issueRaised('r4', { subject: `tel:${phone}` }),
  issueRaised('r5', { time: comment }),
  issueRaised('r6', { type: `cx.${name}.v1` }),
  issueRaised('r7', { source: ALL }),
  issueRaised('r8', { specversion: name }),
  issueRaised('r9', { datacontenttype: name }),
  issueRaised('r10', { data: { issueId: 'i', category: 'x', severity: ALL } }),
  issueRaised('r11', { data: ALL }),
  issueRaised('r12', { data: undefined, data_base64: Buffer.from(ALL).toString('base64') }),
  issueRaised('r13', { data: { category: ALL, severity: 'low', description: ALL } }),
  issueRaised('r14', {
    time: '2999-01-01T00:00:00Z',
    data: { issueId: 'i', category: 'x', severity: 'low', description: ALL },
  }),
  issueRaised('r15', { nickname: { [ALL]: ALL } }),
  issueRaised('r16', { [name]: name }),
  sentEvent('cx.CustomersMerged.v1', 'r17', { mergedId: email }),
  sentEvent('cx.SurveyAnswered.v1', 'r18', { surveyId: 's', kind: ALL, score: ALL, comment: ALL }),
];
