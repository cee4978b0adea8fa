// Numbers: seeded chance, quantiles, medians with their spread, verdicts.

/** A seeded generator of numbers in [0, 1): mulberry32. The same seed tells the same story. */
export function chanceOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    upTo: (most) => Math.floor(next() * (most + 1)),
    among: (items) => items[Math.floor(next() * items.length)],
    hits: (share) => next() < share,
    hex: (digits) => {
      let text = '';
      while (text.length < digits)
        text += Math.floor(next() * 4_294_967_296)
          .toString(16)
          .padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}

/** Milliseconds in, p50, p99 and the longest out. */
export function latencies(samples) {
  const sorted = Float64Array.from(samples).sort();
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? NaN };
}

/** Of sorted numbers, the nearest rank. */
export const quantile = (sorted, share) =>
  sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];

/** The median of rounds, with the least and the most of them. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const mid = Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
  return { median: mid, min: sorted[0], max: sorted.at(-1) };
}

/** Medians of one field over rounds. */
export const medianOf = (rounds, field) => median(rounds.map((round) => round[field]));

/** The median of the ratios of rounds that ran one after the other, so that what slows the machine slows both. */
export const ratioOf = (rounds, others, field) =>
  median(rounds.map((round, index) => round[field] / others[index][field]));

// ── As text ──

const short = (value) => {
  if (!Number.isFinite(value)) return 'none';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
};

/** `12,345 (11,900-12,800)`; one round has no spread. */
export function told(value, unit = '') {
  if (typeof value === 'number') return short(value) + unit;
  const { median: mid, min, max } = value;
  return min === max ? short(mid) + unit : `${short(mid)}${unit} (${short(min)}-${short(max)})`;
}

/** A target and what became of it; a measured value that is missing is not met, and says why. */
export function target(what, { least, most, measured, unit = '', missing }) {
  const wanted = least === undefined ? `<= ${short(most)}${unit}` : `>= ${short(least)}${unit}`;
  const value = typeof measured === 'number' ? measured : measured?.median;
  if (value === undefined || !Number.isFinite(value))
    return { what, wanted, measured: 'not measured', verdict: `not measured: ${missing ?? 'no value'}` };
  const isMet = least === undefined ? value <= most : value >= least;
  const off = least === undefined ? value / most - 1 : 1 - value / least;
  const verdict = isMet ? 'met' : `missed by ${(100 * off).toFixed(off < 0.1 ? 1 : 0)} %`;
  return { what, wanted, measured: told(measured, unit), value, verdict };
}
