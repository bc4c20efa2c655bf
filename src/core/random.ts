/** Random numbers that are the same on every machine for the same seed. */

/** From 0 (included) to 1 (excluded). */
export type Random = () => number;

/** A counter scrambled by two rounds of multiply and shift: 32 bits of state, good enough to shuffle with. */
export function seedRandom(seed: number): Random {
  let counter = Math.trunc(seed) | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    let bits = counter ^ (counter >>> 16);
    bits = Math.imul(bits, 0x21f0aaad);
    bits ^= bits >>> 15;
    bits = Math.imul(bits, 0x735a2d97);
    bits ^= bits >>> 15;
    return (bits >>> 0) / 4_294_967_296;
  };
}

/** A whole number from 0 (included) to `below` (excluded). */
export function pickIndex(random: Random, below: number): number {
  return Math.floor(random() * below);
}
