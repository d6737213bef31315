/** Events of one call, at most; a single question may have more. */
const AT_ONCE = 2_000;

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: Error) => void;
}

/** Questions that go together to another thread: what is asked while an answer is awaited shares the next call. */
export class SharedCalls<Q, A> {
  private waiting: Waiting<Q, A>[] = [];
  private asking = false;

  /** `ask` answers in the order of its questions; `sizeOf` counts the events that a question is about. */
  constructor(
    private readonly ask: (questions: readonly Q[]) => Promise<readonly A[]>,
    private readonly sizeOf: (question: Q) => number,
  ) {}

  answerTo(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (!this.asking) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.asking = true;
    // Requests of the same tick go together.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.askSome(this.next());
    this.asking = false;
  }

  private next(): Waiting<Q, A>[] {
    let [count, size] = [0, 0];
    for (const { question } of this.waiting) {
      size += this.sizeOf(question);
      if (count > 0 && size > AT_ONCE) break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private async askSome(some: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answers = await this.ask(some.map(({ question }) => question));
      for (const [i, { resolve }] of some.entries()) resolve(answers[i]!);
    } catch (error) {
      for (const { reject } of some) reject(error as Error);
    }
  }
}
