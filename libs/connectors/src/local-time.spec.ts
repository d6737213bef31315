import { describe, expect, it } from '@jest/globals';
import { timeFormatFault, timeReader } from './local-time.js';

const read = (text: string, format: string | readonly string[], zone = 'UTC') => {
  const time = timeReader({ formats: [format].flat(), zone })(text);
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('times of a file', () => {
  it('are read in the form that the mapping gives', () => {
    expect(read('29-02-2016 01:16', 'dd-MM-yyyy HH:mm')).toBe('2016-02-29T01:16:00.000Z');
    expect(read('19970118', 'yyyyMMdd')).toBe('1997-01-18T00:00:00.000Z');
    expect(read('1/2/2020 9:05:07', 'd/M/yyyy H:mm:ss')).toBe('2020-02-01T09:05:07.000Z');
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

  it('A21: keep fixed widths fixed, and read digits behind a point as a fraction of a second', () => {
    expect(read('1122026', 'ddMMyyyy')).toBeUndefined();
    expect(read('01122026', 'ddMMyyyy')).toBe('2026-12-01T00:00:00.000Z');
    expect(read('1/2/2020', 'dd/MM/yyyy')).toBeUndefined();
    const fraction = (digits: string) => read(`2020-01-02 03:04:05.${digits}`, 'yyyy-MM-dd HH:mm:ss.SSS');
    expect(['5', '05', '005', '500000'].map(fraction)).toEqual([
      '2020-01-02T03:04:05.500Z',
      '2020-01-02T03:04:05.050Z',
      '2020-01-02T03:04:05.005Z',
      '2020-01-02T03:04:05.500Z',
    ]);
    expect(read('20200102030405678', 'yyyyMMddHHmmssSSS')).toBe('2020-01-02T03:04:05.678Z');
    expect(read('2020010203040567', 'yyyyMMddHHmmssSSS')).toBeUndefined();
  });

  it('B1: may be of a 12-hour clock', () => {
    const clock = (text: string) => read(`1/2/2020 ${text}`, 'M/d/yyyy h:mm a')?.slice(0, 16);
    expect(clock('12:05 AM')).toBe('2020-01-02T00:05');
    expect(clock('1:05 am')).toBe('2020-01-02T01:05');
    expect(clock('12:05 p.m.')).toBe('2020-01-02T12:05');
    expect(clock('11:05 PM')).toBe('2020-01-02T23:05');
    expect(clock('13:05 PM')).toBeUndefined();
    expect(clock('0:05 AM')).toBeUndefined();
  });

  it('B1: may be written in several formats, of which the first that fits is taken', () => {
    const formats = ['M/d/yyyy', 'yyyy-MM-dd', 'iso'];
    expect(read('3/4/2020', formats)).toBe('2020-03-04T00:00:00.000Z');
    expect(read('2020-03-04', formats)).toBe('2020-03-04T00:00:00.000Z');
    expect(read('2020-03-04T05:06:07+01:00', formats)).toBe('2020-03-04T04:06:07.000Z');
    expect(read('4 March', formats)).toBeUndefined();
  });

  it('B1: of a wrong format or zone are found before the first row', () => {
    const fault = (format: string, zone = 'UTC') => timeFormatFault({ formats: [format], zone });
    expect(fault('DD.MM.yyyy')?.detail).toContain('"DD" is not part of a time format – did you mean "dd"?');
    expect(fault('dd-MM-yy')?.detail).toContain('"yy" is not part of a time format');
    expect(fault('yyyy-MM-dd HH:MM')?.detail).toContain('month twice (MM is the month, mm the minute)');
    expect(fault('yyyy-MM-dd hh:mm')?.detail).toContain('needs both hh (or h) and a');
    expect(fault('yyyy-MM-dd HH:mm a')?.detail).toContain('needs both hh (or h) and a');
    expect(fault('MM/yyyy')?.detail).toContain('needs yyyy, MM (or M) and dd (or d)');
    expect(fault('dMyyyy')?.detail).toContain('"d" and "M" have no separator');
    expect(fault('yyyy-MM-dd at HH:mm')?.detail).toContain('"at" is not part of a time format');
    expect(fault("yyyy-MM-dd 'at' HH:mm")).toBeUndefined();
    expect(read('2020-01-02 at 03:04', "yyyy-MM-dd 'at' HH:mm")).toBe('2020-01-02T03:04:00.000Z');
    expect(fault('iso', 'Europe/Berlim')?.at).toBe('zone');
    expect(fault('yyyyMMdd', '-03:30')).toBeUndefined();
  });
});
