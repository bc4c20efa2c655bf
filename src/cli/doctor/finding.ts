/** What the doctor sees, a line each. */
export interface Finding {
  /** What was looked at: `git`, `agent claude`. */
  readonly what: string;
  /** `missing`: without it nothing, or not this campaign, can run. */
  readonly state: 'ok' | 'warning' | 'missing';
  readonly text: string;
  /** The way out; null exactly where all is well. */
  readonly way: string | null;
}

export function ok(what: string, text: string): Finding {
  return { what, state: 'ok', text, way: null };
}

export function warning(what: string, text: string, way: string): Finding {
  return { what, state: 'warning', text, way };
}

export function missing(what: string, text: string, way: string): Finding {
  return { what, state: 'missing', text, way };
}
