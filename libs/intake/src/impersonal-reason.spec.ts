import { describe, expect, it } from '@jest/globals';
import { InvalidInput, readJsonText } from '#event-sourcing';
import { impersonalReason } from './impersonal-reason.js';

/** The faults of a JSON text as the reason of a dead letter. */
function reasonOf(text: string) {
  const read = () => {
    const [fault] = readJsonText(text).faults;
    return { code: fault!.code, detail: `${fault!.pointer} ${fault!.detail}` };
  };
  try {
    return impersonalReason(read());
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return impersonalReason({ code: error.code, detail: error.message });
  }
}

describe('a reason kept in clear', () => {
  const name = 'ann is ann@example.com has belongs';
  const wrong = [
    `{"${name}":1e999}`,
    `{"${name}":1,"${name}":1}`,
    `{"${name}":${'['.repeat(40)}`,
    `{"${name}${'x'.repeat(600)}":1}`,
  ];

  it.each(wrong)('holds no name that a sender made up: %s', (text) => {
    const { detail } = reasonOf(text);
    expect(detail).toMatch(/^\/… (is|has) |^\/…(\/\d+)+ is /);
    expect(detail).not.toContain('ann');
  });

  it('keeps the names that a schema knows', () => {
    expect(reasonOf('{"data":{"sentiment":1e999}}').detail).toMatch(/^\/data\/sentiment is more than/);
  });
});
