/** A value looked at: millionths of the published unit, at a time in ms. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** The value at a time, ms. */
export type Curve = (at: number) => number;

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Narrow enough for an extreme: the value is flat there. */
const CLOSE_ENOUGH = 60_000;

/**
 * The samples, ascending in time, with the peaks and troughs between them that might lie beyond an edge. `crosses`
 * tells whether two values lie on different sides of one.
 */
export function withTurningPoints(
  curve: Curve,
  samples: readonly Sample[],
  crosses: (a: number, b: number) => boolean,
): readonly Sample[] {
  const extremes: Sample[] = [];
  for (let i = 1; i + 1 < samples.length; i++) {
    const [before, here, after] = [samples[i - 1]!, samples[i]!, samples[i + 1]!];
    const turn = turnOf(before, here, after);
    if (turn === 0) continue;
    // Between three samples a curve without jumps reaches hardly further than twice as far as it falls away.
    const swing = Math.max(Math.abs(here.value - before.value), Math.abs(here.value - after.value));
    if (crosses(here.value, here.value + turn * (2 * swing + 1))) {
      extremes.push(extremeBetween(curve, before.at, after.at, turn));
    }
  }
  if (extremes.length === 0) return samples;
  const all = [...samples, ...extremes].sort((a, b) => a.at - b.at);
  return all.filter((sample, i) => i === 0 || sample.at > all[i - 1]!.at);
}

/** 1 for a peak, −1 for a trough, 0 for neither. */
function turnOf(before: Sample, here: Sample, after: Sample): -1 | 0 | 1 {
  if (here.value > before.value && here.value > after.value) return 1;
  return here.value < before.value && here.value < after.value ? -1 : 0;
}

/** The peak or trough between two times, by golden section. */
function extremeBetween(curve: Curve, from: number, to: number, turn: -1 | 1): Sample {
  let lo = from;
  let hi = to;
  let left = sampleAt(curve, hi - GOLDEN * (hi - lo));
  let right = sampleAt(curve, lo + GOLDEN * (hi - lo));
  while (hi - lo > CLOSE_ENOUGH) {
    if (turn * left.value >= turn * right.value) {
      hi = right.at;
      right = left;
      left = sampleAt(curve, hi - GOLDEN * (hi - lo));
    } else {
      lo = left.at;
      left = right;
      right = sampleAt(curve, lo + GOLDEN * (hi - lo));
    }
  }
  return turn * left.value >= turn * right.value ? left : right;
}

/** The curve at the nearest millisecond. */
export function sampleAt(curve: Curve, at: number): Sample {
  const whole = Math.round(at);
  return { at: whole, value: curve(whole) };
}
