/** Which agents do a task: those that are named, as far as they may do its role; else those whose roles have it. */
export interface AgentRoles {
  readonly name: string;
  /** Null = it may do all tasks. */
  readonly roles: readonly string[] | null;
}

interface Asked {
  /** By the task, or by the campaign's defaults. */
  readonly named: readonly string[] | null;
  readonly role: string | null;
  /** All of the campaign, in the spec's order. */
  readonly agents: readonly AgentRoles[];
}

/** In order of preference. Empty: none of them may do it. Null: the spec does not say which. */
export function chooseAgents({ named, role, agents }: Asked): readonly string[] | null {
  const mayDo = ({ roles }: AgentRoles) => roles === null || (role !== null && roles.includes(role));
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  if (named !== null) {
    return named.filter((name) => {
      const agent = byName.get(name);
      return agent !== undefined && mayDo(agent);
    });
  }
  const ofRole = agents.filter((agent) => agent.roles !== null && mayDo(agent));
  if (ofRole.length > 0) return ofRole.map(({ name }) => name);
  return agents.length === 1 ? agents.filter(mayDo).map(({ name }) => name) : null;
}
