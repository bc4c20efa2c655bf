/** Something that changed how much of a campaign could run at once. Plain JSON; kept in the state, shown in the report. */
export type CampaignNote =
  | { readonly atMs: number; readonly what: 'paused'; readonly why: string }
  | { readonly atMs: number; readonly what: 'resumed' }
  /** People could not be told of it. */
  | { readonly atMs: number; readonly what: 'untold'; readonly text: string }
  | {
      readonly atMs: number;
      readonly what: 'limited';
      readonly account: string;
      /** null = until a person lifts it. */
      readonly untilMs: number | null;
      readonly why: string;
    }
  | { readonly atMs: number; readonly what: 'lifted'; readonly account: string }
  | {
      readonly atMs: number;
      readonly what: 'parallel';
      readonly account: string;
      /** Turns that the account bears at once; null = as many as there are lanes. */
      readonly turns: number | null;
    }
  /** How many tasks: with another definition, and those that only build on one. */
  | {
      readonly atMs: number;
      readonly what: 'planChanged';
      readonly added: number;
      readonly changed: number;
      readonly stale: number;
      readonly removed: number;
    }
  /** By a round, an agent or a person; `task` is the round, or the agent's task. */
  | {
      readonly atMs: number;
      readonly what: 'tasksAdded';
      readonly by: 'round' | 'agent' | 'person';
      readonly task: string | null;
      readonly tasks: number;
    }
  | {
      readonly atMs: number;
      readonly what: 'tasksRefused';
      readonly by: 'agent' | 'person';
      readonly task: string | null;
      readonly why: string;
    };
