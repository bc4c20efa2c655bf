/**
 * Tries many orders within a fixed effort and keeps the best: a genetic algorithm over two populations, one of
 * schedules made from the begin and one of schedules made from the end (Debels and Vanhoucke 2005). Each schedule of
 * one is the child of two of the other; as each pass pushes all activities against the other end, every pass is also
 * half of a forward-backward improvement (Tormos and Lova 2001; Valls, Ballestín and Quintanilla 2005).
 *
 * G1. What is tried does not depend on how much may be tried, so more effort never gives a worse schedule.
 * G2. The same problem, seed and initial order give the same schedule on every machine.
 * G3. The schedule is the one that `serialSchedule` makes of the order that comes with it.
 */
import { pickIndex, seedRandom, type Random } from './random.js';
import { boundMakespan, longestPathsBefore } from './schedule-bound.js';
import { makeFeasible, orderByKey, sampleOrder } from './schedule-order.js';
import { SchedulePass } from './schedule-pass.js';
import {
  indexProblem,
  nameStarts,
  numberOrder,
  type IndexedProblem,
  type Schedule,
  type ScheduleProblem,
  type ScheduleView,
} from './schedule-problem.js';

export interface Effort {
  /** The most schedules that are made, each a pass from the begin or from the end: at least 1. */
  readonly schedules: number;
  readonly seed: number;
  /** What to begin with, as `serialSchedule` takes it; without it, whatever has the most work behind it comes first. */
  readonly initial?: readonly string[];
}

export interface ImprovedSchedule extends Schedule {
  readonly order: readonly string[];
  /** How many were made: fewer than allowed where the lower bound was reached. */
  readonly schedules: number;
  readonly lowerBound: number;
}

// Found by trial on instances of 30 activities with 1,000 schedules (bench/rcpsp.ts).
const POPULATION = 30;
/** The part of the father that a child keeps is between these shares of his makespan. */
const LEAST_KEPT = 0.25;
const MOST_KEPT = 0.75;
/** How many of the places in an order change with a later one, and at most how much later. */
const SWAP_SHARE = 0.1;
const SWAP_REACH = 4;

/** A schedule in its view's own time. */
interface Individual {
  readonly starts: Float64Array;
  readonly makespan: number;
}

export function improveSchedule(problem: ScheduleProblem, effort: Effort): ImprovedSchedule {
  if (!(effort.schedules >= 1))
    throw new RangeError(`schedules: expected a number of at least 1, got ${effort.schedules}`);
  const indexed = indexProblem(problem);
  const search = new Search(indexed, effort);
  const populations = foundPopulations(search, firstOrder(indexed, effort.initial));
  for (let round = 0; !search.isOver(); round += 1) breed(search, populations, round % 2 === 0 ? 1 : 0);
  const { list, starts, makespan } = search.best;
  return {
    order: Array.from(list, (number) => indexed.ids[number] as string),
    starts: nameStarts(indexed, starts),
    makespan,
    schedules: search.made,
    lowerBound: search.bound,
  };
}

/** Counts the schedules, and keeps the best of those made from the begin. */
class Search {
  readonly views: readonly [ScheduleView, ScheduleView];
  readonly bound: number;
  readonly random: Random;
  best: Individual & { readonly list: Int32Array };
  made = 0;
  private readonly pass: SchedulePass;
  private readonly most: number;

  constructor(problem: IndexedProblem, { schedules, seed }: Effort) {
    this.views = [problem.forward, problem.backward];
    this.bound = boundMakespan(problem);
    this.random = seedRandom(seed);
    this.pass = new SchedulePass(problem);
    this.most = schedules;
    this.best = { list: new Int32Array(), starts: new Float64Array(), makespan: Infinity };
  }

  isOver(): boolean {
    return this.made >= this.most || this.best.makespan <= this.bound;
  }

  /** Makes one schedule, with `list` for the view from the begin (0) or from the end (1). */
  make(side: 0 | 1, list: Int32Array): Individual {
    this.made += 1;
    const starts = new Float64Array(list.length);
    const makespan = this.pass.run(this.views[side], list, starts);
    const made = { starts, makespan };
    if (side === 0 && makespan < this.best.makespan) this.best = { ...made, list };
    return made;
  }

  /** One of two, drawn at random: the better one. */
  choose(population: readonly Individual[]): Individual {
    const one = population[pickIndex(this.random, population.length)] as Individual;
    const other = population[pickIndex(this.random, population.length)] as Individual;
    return other.makespan < one.makespan ? other : one;
  }
}

/** By the latest start that the longest path allows: the one with the longest path from its start first. */
function firstOrder(problem: IndexedProblem, initial: readonly string[] | undefined): Int32Array {
  const { forward, backward } = problem;
  if (initial !== undefined) return makeFeasible(forward, numberOrder(problem, initial));
  return orderByKey(
    forward,
    longestPathsBefore(backward).map((path, number) => -path - (forward.durations[number] as number)),
  );
}

/** Samples of the rule of the latest finish, each made from the begin and then pushed against its end. */
function foundPopulations(search: Search, first: Int32Array): readonly [Individual[], Individual[]] {
  const [forward, backward] = search.views;
  const latestFinish = longestPathsBefore(backward).map((path) => -path);
  const populations: [Individual[], Individual[]] = [[], []];
  while (populations[0].length < POPULATION && !search.isOver()) {
    const list = search.made === 0 ? first : sampleOrder(forward, latestFinish, search.random);
    const made = search.make(0, list);
    populations[0].push(made);
    if (!search.isOver()) populations[1].push(pushBack(search, 1, made));
  }
  return populations;
}

/** A schedule of one side, made again from the other: never longer. */
function pushBack(search: Search, side: 0 | 1, given: Individual): Individual {
  const view = search.views[side];
  return search.make(side, orderByKey(view, mirror(view, given)));
}

/** The starts, had `given` been made from the other end. */
function mirror({ durations }: ScheduleView, { starts, makespan }: Individual): Float64Array {
  return starts.map((start, number) => makespan - start - (durations[number] as number));
}

/** Every schedule of the other side fathers one of this side, which takes its place there unless it is worse. */
function breed(search: Search, populations: readonly [Individual[], Individual[]], side: 0 | 1): void {
  const parents = populations[side === 0 ? 1 : 0];
  const children = populations[side];
  for (const [place, father] of parents.entries()) {
    if (search.isOver()) return;
    const list = cross(search, side, [father, search.choose(parents)]);
    const child = search.make(side, list);
    if (child.makespan <= (children[place] as Individual).makespan) children[place] = child;
    // Only what is made from the begin counts as found; this pass makes it no longer.
    if (side === 1 && child.makespan < search.best.makespan && !search.isOver()) pushBack(search, 0, child);
  }
}

/** In the middle the father's order, before and after it the mother's; then some places change. */
function cross(search: Search, side: 0 | 1, [father, mother]: readonly [Individual, Individual]): Int32Array {
  const { random } = search;
  const view = search.views[side];
  const ofFather = mirror(view, father);
  const ofMother = mirror(view, mother);
  const kept = (LEAST_KEPT + (MOST_KEPT - LEAST_KEPT) * random()) * father.makespan;
  const begin = random() * (father.makespan - kept);
  const keys = ofFather.map((key, number) => {
    if (key < begin) return (ofMother[number] as number) - mother.makespan - 1;
    return key > begin + kept ? father.makespan + 1 + (ofMother[number] as number) : key;
  });
  const list = orderByKey(view, keys);
  for (let place = 0; place + 1 < list.length; place += 1) {
    if (random() >= SWAP_SHARE) continue;
    const other = Math.min(list.length - 1, place + 1 + pickIndex(random, SWAP_REACH));
    const number = list[place] as number;
    list[place] = list[other] as number;
    list[other] = number;
  }
  return makeFeasible(view, list);
}
