import { NotFound } from '#event-sourcing';
import { type Notify, serveCalls } from '#threads';

/** A worker for the specs of threads: it answers, throws, hangs, crashes and sends notices. */
export type EchoMethods = ReturnType<typeof methodsOf>;

function methodsOf(notify: Notify) {
  return {
    echo: (value: unknown) => value,
    missing: (id: string) => {
      throw new NotFound(`there is no ${id}`, { id });
    },
    hang: (_: undefined) => new Promise<never>(() => undefined),
    crash: (_: undefined) => setImmediate(() => process.exit(3)) && undefined,
    say: (text: string) => notify({ text }),
  };
}

await serveCalls(async (notify) => methodsOf(notify));
