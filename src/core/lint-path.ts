/** Rules about paths: who writes what others read, and what others write. */
import { findOverlaps } from './glob-overlap.js';
import { globPrefix, parseGlob } from './glob-pair.js';
import { MOST_AGENTS } from './lint-group.js';
import { groupOf, mostAtOnce, nameSome, rowsOf, type LintRule, type LintView } from './lint-view.js';
import type { Plan, PlanPhase } from './plan.js';
import type { Problem } from './problem.js';
import { valueAt } from './spec-written.js';
import type { SpecPath } from './spec-source.js';

/** Of ten thousand writers of one path, so many are looked at. */
const MOST_TRIED = 50;

/** For each path of the plan the tasks that own it, by index in the plan. */
function ownersByPath({ paths, tasks }: Plan): readonly (readonly number[])[] {
  const owners = paths.map((): number[] => []);
  tasks.forEach(({ claims }, at) => {
    for (const { path, mode } of claims) if (mode === 'exclusive') owners[path]?.push(at);
  });
  return owners;
}

/** What a task reads, or is told to look at, while another may be changing it: it sees the old state or the new one, by chance. */
export const warnOfIgnoredDependencies: LintRule = (view) => {
  const { plan, brief } = view;
  const owners = ownersByPath(plan);
  const named = [...new Set(plan.tasks.flatMap(({ id }) => brief.tasks[id]?.context ?? []))].filter(isPath);
  const globs = [...plan.paths, ...named];
  const overlaps = named.length === 0 ? plan.overlaps : findOverlaps(globs);
  const indexes = new Map(globs.map((glob, index) => [glob, index]));
  return plan.tasks.flatMap(({ id }, at) =>
    (['reads', 'context'] as const).flatMap((key) =>
      (brief.tasks[id]?.[key] ?? []).flatMap((entry, place): readonly Problem[] => {
        if (key === 'context' && !isPath(entry)) return [];
        const around = (overlaps[indexes.get(entry) ?? -1] ?? []).map((path) => owners[path] ?? []);
        const owner = findUnordered(at, around, view);
        if (owner === null) return [];
        return [
          view.warn(view.taskPath(id, key, place), {
            code: 'spec/ignored-dependency',
            message: `task "${id}" looks at ${entry}, which "${owner}" owns and may be changing at that time`,
            hint: `let "${id}" need "${owner}" (or the other way round, if it wants the old state)`,
          }),
        ];
      }),
    ),
  );
};

/** A text that could be a path of the repository: one word with a slash or an extension, and no URL. */
function isPath(entry: string): boolean {
  return /^[^\s:]+$/.test(entry) && /[/.]/.test(entry.replace(/[./]+$/, ''));
}

function findUnordered(at: number, around: readonly (readonly number[])[], view: LintView): string | null {
  const task = view.plan.tasks[at]?.id ?? '';
  let tried = 0;
  for (const owners of around) {
    for (const owner of owners) {
      tried += 1;
      if (tried > MOST_TRIED) return null;
      const other = view.plan.tasks[owner]?.id ?? '';
      if (!view.couldOverlap(at, owner) || view.dependsOn(task, other) || view.dependsOn(other, task))
        continue;
      return other;
    }
  }
  return null;
}

/**
 * Work is merged with its group, or at once, while another group of the phase still writes the same paths. Only where
 * somebody wrote `at`: that both own the paths is another warning.
 */
export const warnOfPrematureIntegration: LintRule = (view) => {
  const owners = ownersByPath(view.plan);
  const paths = pathsByPhase(owners, view.plan);
  return view.plan.phases.flatMap((phase, at): readonly Problem[] => {
    const where = writtenAt(phase, at, view);
    if (where === null) return [];
    const clash = findClash(phase, { owners, paths: paths.get(phase.name) ?? [] }, view);
    if (clash === null) return [];
    return [
      view.warn(where, {
        code: 'spec/premature-integration',
        message: `phase "${phase.name}" merges ${phase.integrateAt === 'each' ? 'each task at once' : 'each group by itself'}, while "${clash.one}" of group "${clash.oneGroup}" and "${clash.other}" of group "${clash.otherGroup}" write the same paths: ${clash.path}`,
        hint: 'write integration: { at: phase }, or let only one of the groups own these paths',
      }),
    ];
  });
};

function pathsByPhase(owners: Writers['owners'], { tasks }: Plan): ReadonlyMap<string, readonly number[]> {
  const paths = new Map<string, number[]>();
  owners.forEach((own, path) => {
    for (const phase of new Set(own.map((at) => tasks[at]?.phase ?? ''))) {
      const known = paths.get(phase);
      if (known === undefined) paths.set(phase, [path]);
      else known.push(path);
    }
  });
  return paths;
}

/** Where the file says that the phase merges early; null where it does not. */
function writtenAt({ integrateAt }: PlanPhase, at: number, { outline, root }: LintView): SpecPath | null {
  if (integrateAt !== 'group' && integrateAt !== 'each') return null;
  const own = outline.phases[at]?.path;
  const places = [...(own == null ? [] : [[...own, 'integration', 'at']]), ['integration', 'at']];
  return places.find((place) => valueAt(root, place) !== undefined) ?? null;
}

interface Writers {
  readonly owners: readonly (readonly number[])[];
  /** Those of the phase. */
  readonly paths: readonly number[];
}

function findClash(phase: PlanPhase, { owners, paths }: Writers, view: LintView) {
  const { plan } = view;
  for (const path of paths) {
    const own = (owners[path] ?? []).slice(0, MOST_TRIED);
    const rivals = (plan.overlaps[path] ?? []).flatMap((other) => owners[other] ?? []).slice(0, MOST_TRIED);
    for (const one of own) {
      for (const other of rivals) {
        if (!view.couldOverlap(one, other)) continue;
        const [a, b] = [one, other].map((at) => plan.tasks[at]);
        if (a?.phase !== phase.name || b === undefined || a.group === b.group) continue;
        const [oneGroup, otherGroup] = [groupOf(view, a.id).name, groupOf(view, b.id).name];
        return { one: a.id, oneGroup, other: b.id, otherGroup, path: plan.paths[path] ?? '' };
      }
    }
  }
  return null;
}

/** Many tasks at work on one folder, in several groups of a phase: of one group they are warned of already. */
export const warnOfCrowdedAreas: LintRule = (view) => {
  const areas = new Map<string, Map<string, number>>();
  for (const { id, phase, claims } of view.plan.tasks) {
    for (const { path, mode } of claims) {
      const area = mode === 'shared' ? '' : areaOf(view.plan.paths[path] ?? '');
      if (area === '') continue;
      const key = `${phase}:${area}`;
      const tasks = areas.get(key) ?? new Map<string, number>();
      areas.set(key, tasks.set(id, path));
    }
  }
  return [...areas].flatMap(([key, tasks]) => warnOfArea(key, tasks, view));
};

function warnOfArea(key: string, tasks: ReadonlyMap<string, number>, view: LintView): readonly Problem[] {
  if (tasks.size <= MOST_AGENTS) return [];
  for (const row of rowsOf(view, [...tasks.keys()])) {
    // Tasks on the same path take turns.
    const apart = [...new Map(row.map((id) => [tasks.get(id), id])).values()];
    const groups = new Set(apart.map((id) => groupOf(view, id).id));
    const [first] = apart;
    const atOnce = mostAtOnce(view, apart);
    if (atOnce <= MOST_AGENTS || groups.size < 2 || first === undefined) continue;
    const area = key.slice(key.indexOf(':') + 1);
    return [
      view.warn(view.taskPath(first, 'owns'), {
        code: 'spec/crowded',
        message: `${atOnce} tasks could work in ${area} at once, and more than ${MOST_AGENTS} agents are hard to keep apart there: ${nameSome(apart)}`,
        hint: 'let some of them follow in a later phase, or set limits.agents lower',
      }),
    ];
  }
  return [];
}

/** The folder that a glob lies in, as far as it has no wildcards; empty at the top of the repository. */
function areaOf(glob: string): string {
  const { folders } = globPrefix(parseGlob(glob));
  const isFile = folders.join('/') === glob.toLowerCase();
  return folders.slice(0, isFile ? -1 : undefined).join('/');
}
