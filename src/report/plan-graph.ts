/** A plan's needs as a graph, for Mermaid or Graphviz. */
import { tasksOfJoin } from '../core/plan-index.js';
import type { Join, Plan } from '../core/plan.js';
import { plainLine } from './escape.js';
import { formatTick } from './format.js';

export type GraphFormat = 'mermaid' | 'dot';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

interface Graph {
  readonly tasks: readonly {
    readonly node: string;
    readonly id: string;
    readonly text: string;
    readonly critical: boolean;
  }[];
  /** Joins that would be too many edges one by one. */
  readonly joins: readonly { readonly node: string; readonly text: string }[];
  readonly edges: readonly Edge[];
  /** Phases with the nodes of their tasks; empty where there is only one. */
  readonly phases: readonly { readonly name: string; readonly nodes: readonly string[] }[];
}

export function renderPlanGraph(plan: Plan, criticalPath: readonly string[], format: GraphFormat): string {
  const graph = graphOf(plan, criticalPath);
  return format === 'mermaid' ? renderMermaid(graph) : renderDot(graph);
}

/** A join of more pairs than this is drawn as a point between them. */
const MOST_PAIRS = 6;

function graphOf(plan: Plan, criticalPath: readonly string[]): Graph {
  const nodes = new Map(plan.tasks.map(({ id }, index) => [id, `t${index + 1}`]));
  const nodeOf = (id: string) => nodes.get(id) ?? '';
  const edges: Edge[] = [];
  const joins: { node: string; text: string }[] = [];
  for (const [index, join] of plan.joins.entries()) {
    const members = [...new Set(tasksOfJoin(plan, join))].map(nodeOf);
    const followers = followersOf(plan, join.id).map(({ id, late }) => ({ node: nodeOf(id), late }));
    if (followers.length === 0) continue;
    const label = labelOf(join);
    const isAll = join.count === join.members.length;
    if (isAll && members.length * followers.length <= MOST_PAIRS) {
      for (const from of members)
        for (const { node, late } of followers)
          edges.push({ from, to: node, label: late ? 'finish' : label });
      continue;
    }
    const node = `j${index + 1}`;
    joins.push({ node, text: isAll ? 'all' : `${join.count} of ${join.members.length}` });
    for (const from of members) edges.push({ from, to: node, label });
    for (const follower of followers)
      edges.push({ from: node, to: follower.node, label: follower.late ? 'finish' : '' });
  }
  return { tasks: tasksOf(plan, { nodeOf, criticalPath }), joins, edges, phases: phasesOf(plan, nodeOf) };
}

type NodeOf = (task: string) => string;

function tasksOf(
  { tasks }: Plan,
  { nodeOf, criticalPath }: { readonly nodeOf: NodeOf; readonly criticalPath: readonly string[] },
): Graph['tasks'] {
  const critical = new Set(criticalPath);
  return tasks.map(({ id, title, estimateMs }) => ({
    node: nodeOf(id),
    id,
    text: `${plainLine(title)} (${formatTick(estimateMs)})`,
    critical: critical.has(id),
  }));
}

function phasesOf({ phases, tasks }: Plan, nodeOf: NodeOf): Graph['phases'] {
  if (phases.length < 2) return [];
  return phases.map(({ name }) => ({
    name,
    nodes: tasks.filter(({ phase }) => phase === name).map(({ id }) => nodeOf(id)),
  }));
}

function followersOf(plan: Plan, join: string): readonly { readonly id: string; readonly late: boolean }[] {
  return plan.tasks.flatMap(({ id, after, finishAfter }) => [
    ...(after.includes(join) ? [{ id, late: false }] : []),
    ...(finishAfter.includes(join) ? [{ id, late: true }] : []),
  ]);
}

function labelOf({ asks, members }: Join): string {
  if (asks === 'drafted') return 'draft';
  if (asks === 'approved') return 'approved';
  return asks === 'published' ? `contract ${members.join(', ')}` : '';
}

function renderMermaid({ tasks, joins, edges, phases }: Graph): string {
  const quote = (text: string) => `"${text.replaceAll('"', '#quot;')}"`;
  const critical = tasks.filter((task) => task.critical).map(({ node }) => node);
  return [
    'flowchart LR',
    ...tasks.map(({ node, id, text }) => `  ${node}[${quote(`${id}: ${text}`)}]`),
    ...joins.map(({ node, text }) => `  ${node}((${quote(text)}))`),
    ...phases.flatMap(({ name, nodes }, index) => [
      `  subgraph p${index + 1}[${quote(name)}]`,
      ...nodes.map((node) => `    ${node}`),
      '  end',
    ]),
    ...edges.map(
      ({ from, to, label }) => `  ${from} -->${label === '' ? '' : `|${quote(plainLine(label))}|`} ${to}`,
    ),
    '  classDef critical stroke:#c2410c,stroke-width:3px',
    ...(critical.length > 0 ? [`  class ${critical.join(',')} critical`] : []),
    '',
  ].join('\n');
}

function renderDot({ tasks, joins, edges, phases }: Graph): string {
  const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return [
    'digraph plan {',
    '  rankdir=LR; node [shape=box];',
    ...tasks.map(
      ({ node, id, text, critical }) =>
        `  ${node} [label=${quote(`${id}: ${text}`)}${critical ? ', color="#c2410c", penwidth=3' : ''}];`,
    ),
    ...joins.map(({ node, text }) => `  ${node} [label=${quote(text)}, shape=circle];`),
    ...phases.map(
      ({ name, nodes }, index) =>
        `  subgraph cluster_${index + 1} { label=${quote(plainLine(name))}; ${nodes.join('; ')}; }`,
    ),
    ...edges.map(
      ({ from, to, label }) =>
        `  ${from} -> ${to}${label === '' ? '' : ` [label=${quote(plainLine(label))}]`};`,
    ),
    '}',
    '',
  ].join('\n');
}
