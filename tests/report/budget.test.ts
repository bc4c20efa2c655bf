import { describe, expect, it } from 'vitest';
import type { BudgetStatus } from '../../src/core/status.js';
import { renderReportHtml } from '../../src/report/html.js';
import { renderReportMarkdown } from '../../src/report/markdown.js';
import { renderBudgets } from '../../src/report/status-text.js';
import { SAMPLE } from './sample.js';

const budgets: readonly BudgetStatus[] = [
  {
    scope: 'campaign',
    name: '',
    measure: 'usd',
    cap: 40,
    spent: 12.5,
    reserved: 3,
    left: 24.5,
    unaccounted: 2,
  },
  { scope: 'phase', name: '<b>', measure: 'hours', cap: 2, spent: 0.5, reserved: 0, left: 1.5 },
  {
    scope: 'account',
    name: 'team',
    measure: 'usd',
    cap: null,
    spent: 1,
    reserved: 0,
    left: null,
    unknownTurns: 1,
  },
];

describe('budgets', () => {
  it('are a table, with what is unaccounted for and unknown beside them', () => {
    const lines = renderBudgets(budgets).map((line) => line.replace(/ +/g, ' ').trim());
    expect(lines).toEqual([
      'BUDGET SPENT RESERVED LEFT OF BESIDES',
      'campaign $12.50 $3.00 $24.50 $40.00 $2.00 of it unaccounted',
      'phase <b> 30m 00s 0s 1h 30m 2h 00m',
      'account team $1.00 $0.00 1 turn of unknown cost',
    ]);
  });
  it('stand in the report, where there are some', () => {
    const data = { ...SAMPLE, status: { ...SAMPLE.status, budgets } };
    expect(renderReportHtml(data)).toContain('phase &lt;b&gt;');
    expect(renderReportMarkdown(data)).toContain('## Budgets');
    expect(renderReportMarkdown(SAMPLE)).not.toContain('## Budgets');
  });
});
