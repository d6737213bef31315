import { ConsoleLogger, Logger } from '@nestjs/common';
import type { LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug'];

/** From now on everything is logged as one JSON object a line, up to this level, by the ledger and by Nest. */
export function logAsJsonLines(upTo: Settings['log']): void {
  const logLevels = LEVELS.slice(0, LEVELS.indexOf(upTo as LogLevel) + 1);
  Logger.overrideLogger(upTo !== 'off' && new ConsoleLogger({ json: true, colors: false, logLevels }));
}
