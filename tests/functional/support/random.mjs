// Reproducible random choices: a seed always gives the same ones.

/** A separate generator for each name, so that additional choices of one do not change those of the others. */
export class Random {
  constructor(seed, name = '') {
    this.state = [...`${seed} ${name}`].reduce((hash, c) => Math.imul(hash ^ c.codePointAt(0), 0x01000193), 0x811c9dc5);
  }

  /** A number from 0 to below 1 (mulberry32). */
  fraction() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(count) { return Math.floor(this.fraction() * count); }

  from(list) { return list[this.below(list.length)]; }

  isTrue(probability = 0.5) { return this.fraction() < probability; }

  /** A key of `weights`, chosen in proportion to its weight. */
  weighted(weights) {
    const entries = Object.entries(weights);
    let rest = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return (entries.find(([, weight]) => (rest -= weight) < 0) ?? entries.at(-1))[0];
  }
}

/** The seed from the environment, or a new one. */
export const seedFrom = (variable) => Number(process.env[variable] ?? Math.floor(Math.random() * 1e9));
