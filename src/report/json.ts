import { logGroups, type GroupLog } from '../core/group-log.js';
import { computeMetrics, type Metrics } from '../core/metrics.js';
import { comparePlan, type PlanAndReality } from '../core/plan-reality.js';
import type { ReportData } from '../core/status.js';

/** `longhaul report --json`: the data as it is, and all that is computed from it. */
export interface ReportJson extends ReportData {
  readonly metrics: Metrics;
  /** What each parallel group leaves. */
  readonly groups: readonly GroupLog[];
  /** Null where the plan's schedule is not known. */
  readonly planAndReality: PlanAndReality | null;
}

export function renderReportJson(data: ReportData): ReportJson {
  return {
    ...data,
    metrics: computeMetrics(data),
    groups: logGroups(data),
    planAndReality: comparePlan(data),
  };
}
