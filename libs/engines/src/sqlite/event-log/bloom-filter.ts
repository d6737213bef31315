/** Default size in bytes: 13 bits an event at ten million events. */
const FILTER_BYTES = 16 * 1024 * 1024;
const LINE_WORDS = 16;

/**
 * A Bloom filter in fixed memory: tells for certain that an id or a stream was never added. It saves the
 * search of the index for new ids, which are nearly all. Six bits in one line of 64 bytes an entry: at 10 bits an
 * entry about 2 % are searched in vain. The more entries the more such searches, never a wrong answer.
 */
export class BloomFilter {
  readonly #words: Uint32Array;
  readonly #lines: number;

  constructor(bytes = FILTER_BYTES) {
    this.#words = new Uint32Array(bytes / 4);
    this.#lines = this.#words.length / LINE_WORDS;
  }

  /** Whether the key of four words at `at` may have been added. */
  mayHave(key: Uint32Array, at: number): boolean {
    const line = first(key, at);
    const bits = second(key, at, line);
    const start = ((line >>> 0) % this.#lines) * LINE_WORDS;
    const places = mix(line + bits);
    for (let i = 0; i < 6; i++) {
      const word = this.#words[start + ((places >>> (4 * i)) & 15)]!;
      if ((word & (1 << ((bits >>> (5 * i)) & 31))) === 0) return false;
    }
    return true;
  }

  add(key: Uint32Array, at: number): void {
    const line = first(key, at);
    const bits = second(key, at, line);
    const start = ((line >>> 0) % this.#lines) * LINE_WORDS;
    const places = mix(line + bits);
    for (let i = 0; i < 6; i++) {
      this.#words[start + ((places >>> (4 * i)) & 15)]! |= 1 << ((bits >>> (5 * i)) & 31);
    }
  }
}

function first(key: Uint32Array, at: number): number {
  return mix(key[at]! ^ Math.imul(key[at + 1]!, 0x9e3779b1));
}

function second(key: Uint32Array, at: number, line: number): number {
  return mix(line ^ key[at + 2]! ^ Math.imul(key[at + 3]!, 0x85ebca77));
}

/** The finaliser of MurmurHash3: every bit in changes half of those out. */
function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
