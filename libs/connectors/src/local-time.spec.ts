import { describe, expect, it } from '@jest/globals';
import { faultOfTimeForm, timeReader } from './local-time.js';

const read = (text: string, format: string, zone = 'UTC') => {
  const time = timeReader({ format, zone })(text);
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('times of a file', () => {
  it('are read in the form that the mapping gives', () => {
    expect(read('29-02-2016 01:16', 'dd-MM-yyyy HH:mm')).toBe('2016-02-29T01:16:00.000Z');
    expect(read('19970118', 'yyyyMMdd')).toBe('1997-01-18T00:00:00.000Z');
    expect(read('1/2/2020 9:05:07', 'dd/MM/yyyy HH:mm:ss')).toBe('2020-02-01T09:05:07.000Z');
    expect(read('2020-01-02 03:04:05', 'iso')).toBe('2020-01-02T03:04:05.000Z');
    expect(read('2020-01-02', 'iso', '+02:00')).toBe('2020-01-01T22:00:00.000Z');
    expect(read('1577934245', 'epoch-seconds')).toBe('2020-01-02T03:04:05.000Z');
    expect(read('1577934245678', 'epoch-milliseconds')).toBe('2020-01-02T03:04:05.678Z');
  });

  it('are refused when they are none', () => {
    expect(read('30-02-2016 01:16', 'dd-MM-yyyy HH:mm')).toBeUndefined();
    expect(read('2016-02-29', 'dd-MM-yyyy HH:mm')).toBeUndefined();
    expect(read('29-02-2016 25:16', 'dd-MM-yyyy HH:mm')).toBeUndefined();
    expect(read('soon', 'iso')).toBeUndefined();
    expect(read('NaN', 'epoch-seconds')).toBeUndefined();
  });

  it('follow the clock of a named zone, also on the days when it is moved', () => {
    const berlin = (text: string) => read(text, 'iso', 'Europe/Berlin');
    expect(berlin('2024-01-15 12:00:00')).toBe('2024-01-15T11:00:00.000Z');
    expect(berlin('2024-07-15 12:00:00')).toBe('2024-07-15T10:00:00.000Z');
    // put back at 03:00 on 27 October: 02:30 comes twice, and the first is taken
    expect(berlin('2024-10-27 02:30:00')).toBe('2024-10-27T00:30:00.000Z');
    expect(berlin('2024-10-27 03:30:00')).toBe('2024-10-27T02:30:00.000Z');
    // put forward at 02:00 on 31 March: 02:30 never came
    expect(berlin('2024-03-31 02:30:00')).toBe('2024-03-31T01:30:00.000Z');
    expect(berlin('2024-03-31 03:30:00')).toBe('2024-03-31T01:30:00.000Z');
  });

  it('of an unknown form or zone are found before the first row', () => {
    expect(faultOfTimeForm({ format: 'dd-MM-yy', zone: 'UTC' })?.at).toBe('format');
    expect(faultOfTimeForm({ format: 'iso', zone: 'Europe/Berlim' })?.at).toBe('zone');
    expect(faultOfTimeForm({ format: 'yyyyMMdd', zone: '-03:30' })).toBeUndefined();
  });
});
