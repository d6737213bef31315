import { SingleBar } from 'cli-progress';
import { onInterruption } from '../interruption.js';
import { count, duration, type Output } from './print.js';

/** The progress of long work. */
export interface Stage {
  /** 0 to 1, or undefined when the total is not known. */
  readonly share: number | undefined;
  readonly done: number;
  /** What is counted, in the plural. */
  readonly what: string;
  /** Further text. */
  readonly more?: string;
}

/** Does long work that shows its progress; the terminal is as it was when the work has ended, also where it fails. */
export async function withProgress<T>(
  { json }: Output,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = new Progress(json);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

const LINE_EVERY_MILLIS = 5_000;

/** Shows progress on standard error: a bar on a terminal, else a line every few seconds. */
export class Progress {
  private readonly startedAt = performance.now();
  private readonly bar: SingleBar | undefined;
  private readonly forget = onInterruption(() => this.end());
  private lastLine = performance.now();

  constructor(quiet: boolean) {
    if (quiet || !process.stderr.isTTY) return;
    const format = '{bar} {percentage}% · {words}';
    this.bar = new SingleBar({
      format,
      stream: process.stderr,
      barsize: 30,
      hideCursor: true,
      clearOnComplete: true,
    });
    this.bar.start(1_000, 0, { words: '' });
  }

  private get seconds(): number {
    return Math.max(0.001, (performance.now() - this.startedAt) / 1000);
  }

  show(stage: Stage): void {
    if (this.bar !== undefined) {
      this.bar.update(Math.floor((stage.share ?? 0) * 1_000), { words: this.words(stage) });
    } else if (performance.now() - this.lastLine > LINE_EVERY_MILLIS) {
      this.lastLine = performance.now();
      const share = stage.share === undefined ? '' : `${Math.floor(stage.share * 100)}% · `;
      process.stderr.write(`${share}${this.words(stage)}\n`);
    }
  }

  /** Gives the terminal its cursor and its wrapping back. */
  end(): void {
    this.forget();
    this.bar?.stop();
  }

  private words({ share, done, what, more }: Stage): string {
    const left =
      share === undefined || share < 0.02 ? '' : ` · ${duration((this.seconds * (1 - share)) / share)} left`;
    return `${count(done)} ${what} · ${count(done / this.seconds)}/s${left}${more === undefined ? '' : ` · ${more}`}`;
  }
}
