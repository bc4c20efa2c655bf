/**
 * How much of one resource is in use at every time: a step function that only ever rises.
 *
 * Steps are kept in blocks of at most BLOCK_STEPS, each with its lowest and highest level, so that a search passes
 * whole blocks that are full, or free, at a glance, and a step is put between others by moving few of them.
 */
const BLOCK_STEPS = 64;

interface Block {
  /** How many steps it holds; step k reaches from times[k] to the next step's time. */
  count: number;
  readonly times: Float64Array;
  /** Levels before `raised` is added, which holds for all steps of the block. */
  readonly levels: Float64Array;
  raised: number;
  lowest: number;
  highest: number;
}

export class Timeline {
  private readonly blocks: Block[] = [];
  private readonly spare: Block[] = [];
  private at = 0;

  constructor(private readonly capacity: number) {
    this.clear();
  }

  /** Nothing is in use any more. */
  clear(): void {
    for (const block of this.blocks.splice(0)) this.spare.push(block);
    const block = this.newBlock();
    block.count = 1;
    block.times[0] = 0;
    block.levels[0] = 0;
    this.blocks.push(block);
  }

  /** The first time from `from` on when `amount` is free for the whole of `duration` (more than 0). */
  findStart(from: number, duration: number, amount: number): number {
    const most = this.capacity - amount;
    let start = from;
    let isBlocked = false;
    let step = this.locate(from);
    for (let index = this.at; index < this.blocks.length; index += 1, step = 0) {
      const block = this.blocks[index] as Block;
      const { count, times, levels, raised } = block;
      if (!isBlocked && (times[step] as number) >= start + duration) return start;
      if (block.lowest > most) {
        isBlocked = true;
      } else if (block.highest <= most) {
        if (isBlocked) start = times[step] as number;
        isBlocked = false;
      } else {
        for (; step < count; step += 1) {
          if (!isBlocked && (times[step] as number) >= start + duration) return start;
          const isFull = (levels[step] as number) + raised > most;
          if (isBlocked && !isFull) start = times[step] as number;
          isBlocked = isFull;
        }
      }
    }
    // The last step is the one after all that was taken: nothing is in use.
    return start;
  }

  /** Puts `amount` to use from `start` to `end`. */
  take(start: number, end: number, amount: number): void {
    this.cut(end);
    const first = this.cut(start);
    for (let index = this.at, step = first; index < this.blocks.length; index += 1, step = 0) {
      const block = this.blocks[index] as Block;
      const { count, times, levels } = block;
      if ((times[0] as number) >= end) return;
      if (step === 0 && (times[count - 1] as number) < end) {
        block.raised += amount;
        block.lowest += amount;
        block.highest += amount;
        continue;
      }
      for (; step < count && (times[step] as number) < end; step += 1) {
        levels[step] = (levels[step] as number) + amount;
      }
      measure(block);
    }
  }

  /** Sets `at` to the block that `time` falls into, and returns the step in it. */
  private locate(time: number): number {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (((this.blocks[middle] as Block).times[0] as number) <= time) low = middle;
      else high = middle - 1;
    }
    this.at = low;
    const { times, count } = this.blocks[low] as Block;
    low = 0;
    high = count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((times[middle] as number) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Makes `time` the beginning of a step, which it returns; its block is `at`. */
  private cut(time: number): number {
    let step = this.locate(time);
    let block = this.blocks[this.at] as Block;
    if (block.times[step] === time) return step;
    if (block.count === BLOCK_STEPS) {
      this.halve();
      step = this.locate(time);
      block = this.blocks[this.at] as Block;
    }
    const { count, times, levels } = block;
    for (let k = count; k > step + 1; k -= 1) {
      times[k] = times[k - 1] as number;
      levels[k] = levels[k - 1] as number;
    }
    times[step + 1] = time;
    levels[step + 1] = levels[step] as number;
    block.count = count + 1;
    return step + 1;
  }

  private halve(): void {
    const block = this.blocks[this.at] as Block;
    const half = BLOCK_STEPS / 2;
    const other = this.newBlock();
    other.times.set(block.times.subarray(half));
    other.levels.set(block.levels.subarray(half));
    other.raised = block.raised;
    other.count = half;
    block.count = half;
    measure(block);
    measure(other);
    this.blocks.splice(this.at + 1, 0, other);
  }

  private newBlock(): Block {
    const block = this.spare.pop() ?? {
      count: 0,
      times: new Float64Array(BLOCK_STEPS),
      levels: new Float64Array(BLOCK_STEPS),
      raised: 0,
      lowest: 0,
      highest: 0,
    };
    block.raised = block.lowest = block.highest = 0;
    return block;
  }
}

function measure(block: Block): void {
  const { count, levels, raised } = block;
  let lowest = Infinity;
  let highest = -Infinity;
  for (let k = 0; k < count; k += 1) {
    const level = levels[k] as number;
    if (level < lowest) lowest = level;
    if (level > highest) highest = level;
  }
  block.lowest = lowest + raised;
  block.highest = highest + raised;
}
