import { computeMetrics, type Metrics } from '../core/metrics.js';
import type { ReportData } from '../core/status.js';

/** `longhaul report --json`: the data as it is, and the numbers computed from it. */
export interface ReportJson extends ReportData {
  readonly metrics: Metrics;
}

export function renderReportJson(data: ReportData): ReportJson {
  return { ...data, metrics: computeMetrics(data) };
}
