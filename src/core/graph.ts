/** A directed acyclic graph of ids; knows nothing of tasks. Records are looked up by id, never iterated. */
export interface Graph {
  /** All nodes, in the order that ties are broken by. */
  readonly ids: readonly string[];
  /** The nodes that must come before each node; ids that are not nodes are ignored. */
  readonly before: Readonly<Record<string, readonly string[]>>;
}

function predecessors(graph: Graph, id: string): readonly string[] {
  return graph.before[id] ?? [];
}

/** Each node after all its predecessors, ties in the order of `ids`; null where there is a cycle. */
export function topologicalOrder(graph: Graph): readonly string[] | null {
  const known = new Set(graph.ids);
  const missing: Record<string, number> = {};
  const followers: Record<string, string[]> = {};
  for (const id of graph.ids) {
    const before = new Set(predecessors(graph, id).filter((other) => known.has(other)));
    missing[id] = before.size;
    for (const other of before) (followers[other] ??= []).push(id);
  }
  const ready = graph.ids.filter((id) => missing[id] === 0);
  for (let next = 0; next < ready.length; next += 1) {
    for (const follower of followers[ready[next] ?? ''] ?? []) {
      const left = (missing[follower] ?? 0) - 1;
      missing[follower] = left;
      if (left === 0) ready.push(follower);
    }
  }
  return ready.length === graph.ids.length ? ready : null;
}

/**
 * One cycle as `[a, b, …, a]`, each needing the next; null where there is none. Always the same one for the same
 * graph: it starts at its member that comes first in `ids`.
 */
export function findCycle(graph: Graph): readonly string[] | null {
  const position = new Map(graph.ids.map((id, index) => [id, index]));
  const finished = new Set<string>();
  for (const start of graph.ids) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const visit = (id: string) => ({
      id,
      before: predecessors(graph, id).filter((other) => position.has(other)),
      next: 0,
    });
    const stack = [visit(start)];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top === undefined) break;
      if (top.next === 0) {
        if (finished.has(top.id)) {
          stack.pop();
          continue;
        }
        path.push(top.id);
        onPath.add(top.id);
      }
      const successor = top.before[top.next];
      top.next += 1;
      if (successor === undefined) {
        finished.add(top.id);
        onPath.delete(top.id);
        path.pop();
        stack.pop();
      } else if (onPath.has(successor)) {
        return fromFirst(path.slice(path.indexOf(successor)), position);
      } else if (!finished.has(successor)) {
        stack.push(visit(successor));
      }
    }
  }
  return null;
}

function fromFirst(cycle: readonly string[], position: ReadonlyMap<string, number>): readonly string[] {
  const rank = (id: string) => position.get(id) ?? 0;
  const first = cycle.reduce((best, id) => (rank(id) < rank(best) ? id : best), cycle[0] ?? '');
  const at = cycle.indexOf(first);
  return [...cycle.slice(at), ...cycle.slice(0, at), first];
}

/** For each node the greatest sum of weights on a path from it to an end, its own weight included. */
export function longestPathsToEnd(
  graph: Graph,
  weight: (id: string) => number,
): Readonly<Record<string, number>> {
  const order = topologicalOrder(graph) ?? [];
  const known = new Set(graph.ids);
  const longest: Record<string, number> = {};
  for (const id of order) longest[id] = weight(id);
  const behind: Record<string, number> = {};
  for (const id of [...order].reverse()) {
    const own = weight(id) + (behind[id] ?? 0);
    longest[id] = own;
    for (const other of predecessors(graph, id)) {
      if (known.has(other)) behind[other] = Math.max(behind[other] ?? 0, own);
    }
  }
  return longest;
}
