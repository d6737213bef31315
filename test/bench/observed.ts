// Loaded into the server's process before it (node --import): says over the bench's channel how late its main
// thread's timers come, what memory it holds and what processor time it took. The server itself knows nothing of it.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What a process says of the time since it was last asked. */
export interface Observed {
  /** How late timers of the main thread came, ms. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
  /** The most memory seen, MiB (looked at four times a second). */
  readonly rssMiB: number;
  /** Processor time of the main thread and of all threads, s. */
  readonly mainSeconds: number;
  readonly allSeconds: number;
}

/** Milliseconds between two looks at the loop; what is recorded contains them. */
const RESOLUTION = 5;

if (isMainThread && process.send !== undefined) {
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION });
  loop.enable();
  const rssNow = () => process.memoryUsage.rss() / 2 ** 20;
  let rss = 0;
  setInterval(() => (rss = Math.max(rss, rssNow())), 250).unref();
  let main = process.threadCpuUsage();
  let all = process.cpuUsage();
  const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
  process.on('message', (message) => {
    if (message !== 'observe') return;
    const observed: Observed = {
      loopDelay: { p50: late(loop.percentile(50)), p99: late(loop.percentile(99)), max: late(loop.max) },
      rssMiB: Math.max(rss, rssNow()),
      mainSeconds: seconds(process.threadCpuUsage(main)),
      allSeconds: seconds(process.cpuUsage(all)),
    };
    loop.reset();
    rss = 0;
    main = process.threadCpuUsage();
    all = process.cpuUsage();
    process.send!(observed);
  });
  // A server whose bench is gone is of no use.
  process.on('disconnect', () => process.exit());
  process.channel?.unref();
}
