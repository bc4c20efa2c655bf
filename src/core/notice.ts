/** What people are told outside of Longhaul (activities/notify.ts): one effect each, which nothing waits for. */
import { severities, type Severity } from './turn.js';

export interface Notice {
  readonly about: 'blocker' | 'reminder' | 'proposal' | 'account' | 'budget' | 'end';
  readonly severity: Severity;
  /** One line; it begins with the campaign's id. */
  readonly text: string;
  readonly task?: string;
  /** Its id. */
  readonly blocker?: string;
  readonly account?: string;
}

export function atLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

export function moreSevere(severity: Severity): Severity {
  return severities[severities.indexOf(severity) + 1] ?? 'critical';
}
