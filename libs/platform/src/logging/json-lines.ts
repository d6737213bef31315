import { ConsoleLogger } from '@nestjs/common';
import type { LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug'];

/** A logger that writes one JSON object a line; false when nothing is to be logged. */
export function jsonLines(upTo: Settings['log']): ConsoleLogger | false {
  if (upTo === 'off') return false;
  return new ConsoleLogger({
    json: true,
    colors: false,
    logLevels: LEVELS.slice(0, LEVELS.indexOf(upTo) + 1),
  });
}
