/**
 * Makes schedules, each in one pass over the activities: the serial scheme. Every activity in turn starts as early as
 * those before it and the resources let it, beside what is scheduled already (Kelley 1963).
 */
import { makeFeasible } from './schedule-order.js';
import {
  indexProblem,
  nameStarts,
  numberOrder,
  type IndexedProblem,
  type Schedule,
  type ScheduleProblem,
  type ScheduleView,
} from './schedule-problem.js';
import { Timeline } from './schedule-timeline.js';

/** One pass: `order` says who is placed first among the activities whose predecessors are placed. */
export function serialSchedule(problem: ScheduleProblem, order: readonly string[]): Schedule {
  const indexed = indexProblem(problem);
  const list = makeFeasible(indexed.forward, numberOrder(indexed, order));
  const starts = new Float64Array(list.length);
  const makespan = new SchedulePass(indexed).run(indexed.forward, list, starts);
  return { starts: nameStarts(indexed, starts), makespan };
}

/** Keeps its timelines from pass to pass: making them anew would cost more than a small schedule. */
export class SchedulePass {
  private readonly timelines: readonly Timeline[];

  constructor(private readonly problem: IndexedProblem) {
    this.timelines = Array.from(problem.capacities, (capacity) => new Timeline(capacity));
  }

  /**
   * Fills `starts`, in the view's own time: in the backward view, time runs from the end. `list` has every activity
   * after those before it.
   */
  run(view: ScheduleView, list: Int32Array, starts: Float64Array): number {
    const { durations, before } = view;
    let makespan = 0;
    for (const timeline of this.timelines) timeline.clear();
    for (const number of list) {
      let start = 0;
      const last = before.from[number + 1] as number;
      for (let at = before.from[number] as number; at < last; at += 1) {
        const other = before.items[at] as number;
        const end = (starts[other] as number) + (durations[other] as number);
        if (end > start) start = end;
      }
      const duration = durations[number] as number;
      if (duration > 0) start = this.place(number, start, duration);
      starts[number] = start;
      if (start + duration > makespan) makespan = start + duration;
    }
    return makespan;
  }

  /** The first time from `earliest` on that suits all its resources, which are then taken. */
  private place(number: number, earliest: number, duration: number): number {
    const { uses, amounts } = this.problem;
    const first = uses.from[number] as number;
    const end = uses.from[number + 1] as number;
    let start = earliest;
    // Each resource may move the start on; done when all of them, one after the other, have left it where it is.
    for (let at = first, agreed = 0; agreed < end - first; at = at + 1 < end ? at + 1 : first) {
      const timeline = this.timelines[uses.items[at] as number] as Timeline;
      const found = timeline.findStart(start, duration, amounts[at] as number);
      agreed = found === start ? agreed + 1 : 1;
      start = found;
    }
    for (let at = first; at < end; at += 1) {
      (this.timelines[uses.items[at] as number] as Timeline).take(
        start,
        start + duration,
        amounts[at] as number,
      );
    }
    return start;
  }
}
