import { describe, expect, test } from 'vitest';
import { computeMetrics } from '../../src/core/metrics.js';
import type { ReportData } from '../../src/core/status.js';
import { renderGanttSvg } from '../../src/report/gantt-svg.js';
import { renderReportHtml } from '../../src/report/html.js';
import { renderReportJson } from '../../src/report/json.js';
import { renderReportMarkdown } from '../../src/report/markdown.js';
import { at, makeBlocker, makeContract, makeDone, makeSpan, makeStatus, makeTask } from './make.js';
import { SAMPLE } from './sample.js';

const EVIL = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;

/** Everything that someone else may have written, at once. */
const EVIL_DATA: ReportData = {
  status: makeStatus(
    [
      makeTask('t', {
        title: EVIL,
        note: EVIL,
        agent: EVIL,
        lane: EVIL,
        branch: EVIL,
        group: EVIL,
        phase: EVIL,
      }),
    ],
    {
      name: EVIL,
      message: EVIL,
      blockers: [makeBlocker('b1', { task: EVIL, description: EVIL, answer: EVIL })],
      contracts: [
        makeContract(EVIL, {
          version: EVIL,
          author: EVIL,
          provider: EVIL,
          consumers: [EVIL],
          pending: [EVIL],
        }),
      ],
    },
  ),
  spans: [makeSpan(EVIL, [0, 5], { lane: EVIL, outcome: EVIL })],
  needs: {},
  lanes: [EVIL],
};

function ganttOf(data: ReportData): string {
  const { makespanMs, criticalPath } = computeMetrics(data);
  return renderGanttSvg({ data, makespanMs, criticalPath });
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

describe('the HTML report', () => {
  const html = renderReportHtml(SAMPLE);

  test('shows nobody else’s markup', () => {
    const page = renderReportHtml(EVIL_DATA);
    expect(page).not.toMatch(/<script|<img/u);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain(`"'>`);
  });

  test('has each contract, and no such section without contracts', () => {
    expect(html).toContain('<td>cart-api 1.1.0</td><td>fulfilled</td>');
    const status = { ...SAMPLE.status, contracts: [] };
    expect(renderReportHtml({ ...SAMPLE, status })).not.toContain('<h2>Contracts');
  });

  test('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<iframe|\bsrc=|\bhref=|url\(|@import|https?:/u);
    expect(html).toContain(`default-src 'none'`);
  });

  test('closes what it opens', () => {
    for (const tag of [
      'div',
      'section',
      'table',
      'tr',
      'td',
      'th',
      'dl',
      'article',
      'svg',
      'g',
      'p',
      'span',
      'main',
    ])
      expect([tag, countOf(html, new RegExp(`<${tag}[ >]`, 'gu'))]).toEqual([
        tag,
        countOf(html, new RegExp(`</${tag}>`, 'gu')),
      ]);
  });

  test('names every task, in the order of the spec, with its outcome', () => {
    const rows = [...html.matchAll(/class="state (\w+)">. \w+<\/span><\/td><td><b>([\w-]+)<\/b>/gu)];
    expect(rows.map((row) => [row[2], row[1]])).toEqual(
      SAMPLE.status.tasks.map((task) => [task.id, task.state]),
    );
  });

  test('has the message, branches, question and answer, and the path', () => {
    expect(html).toContain('The work of 12 tasks is on branch longhaul/cart/main');
    expect(html).toContain('longhaul/cart/backend/payment');
    expect(html).toContain('Which one do we use, and who has the key?');
    expect(html).toContain('Version 2. The key for tests is in .env.test.');
    expect(html).toContain('the lane was free');
    expect(html).toMatch(/Speedup<\/dt><dd>2\.03x/u);
  });

  test('an unknown cost is never a zero', () => {
    const task = { ...makeDone('a', [0, 5]), costUsd: null, costComplete: false };
    const page = renderReportHtml({
      status: makeStatus([task], { endedAt: at(5), state: 'done' }),
      spans: [makeSpan('a', [0, 5])],
      needs: {},
      lanes: ['claude#1'],
    });
    expect(page).toMatch(/Cost<\/dt><dd>\?<\/dd>/u);
    expect(page).not.toContain('$0');
  });

  test('tells of each agent how well it ran side by side, and the Markdown report does', () => {
    const [cells] = /agent claude<\/td><td class="number">1h 00m<.*?<\/tr>/u.exec(html) ?? [''];
    expect(cells.match(/(?<=>)[^<]+/gu)).toEqual([
      '1h 00m',
      '3',
      '1.69x',
      '2.53x',
      '54 %',
      '71 %',
      '54m 42s',
      '90 %',
    ]);
    expect(renderReportMarkdown(SAMPLE)).toContain('| agent codex | 27m 00s | 1 | 0.93x |');
  });

  test('says which blockers have no answer', () => {
    const status = { ...SAMPLE.status, blockers: [makeBlocker('b7')] };
    expect(renderReportHtml({ ...SAMPLE, status })).toContain('1 blocker without an answer: b7 (payment)');
  });

  test('a campaign in which nothing ran has a report', () => {
    const page = renderReportHtml({ status: makeStatus([makeTask('a')]), spans: [], needs: {}, lanes: [] });
    expect(page).toContain('Nothing ran.');
    expect(page).not.toMatch(/NaN|Infinity|undefined/u);
  });
});

describe('the Gantt chart', () => {
  const svg = ganttOf(SAMPLE);

  test('has a row per lane and one for merges, and a bar per span', () => {
    const rows = [...svg.matchAll(/<text class="row"[^>]*>([^<]*)</gu)].map((match) => match[1]);
    expect(rows).toEqual([...SAMPLE.lanes, 'integration']);
    expect(countOf(svg, /<rect class="bar /gu)).toBe(SAMPLE.spans.length);
  });

  test('tells attempt, turn and outcome, and marks the critical path', () => {
    expect(svg).toContain('<title>stock, attempt 1, turn 1: failed\n7m 24s from 12m 36s on claude#3');
    expect(svg).toMatch(/class="bar bad"[^>]*\/><rect class="critical"[^>]*\/><text[^>]*>stock 1\.1</u);
    expect(svg).toContain('payment, attempt 1, turn 1: blocked');
  });

  test('draws bars where they were, to scale', () => {
    const data: ReportData = {
      status: makeStatus([makeDone('a', [0, 30]), makeDone('b', [30, 60])], { endedAt: at(60) }),
      spans: [makeSpan('a', [0, 30]), makeSpan('b', [30, 60])],
      needs: {},
      lanes: ['claude#1'],
    };
    const bars = [...ganttOf(data).matchAll(/class="bar turn" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/gu)];
    const [a, b] = bars.map((bar) => ({ x: Number(bar[1]), width: Number(bar[2]) }));
    expect(a!.width).toBeCloseTo(b!.width, 0);
    expect(a!.x + a!.width).toBeCloseTo(b!.x, 0);
    expect(b!.x + b!.width).toBeLessThanOrEqual(1000);
  });

  test.each([0.02, 1, 9, 61, 720, 10_000])('has 3 to 10 ticks for %d minutes', (minutes) => {
    const status = makeStatus([makeDone('a', [0, minutes])], { endedAt: at(minutes) });
    const data = { status, spans: [makeSpan('a', [0, minutes])], needs: {}, lanes: ['claude#1'] };
    const ticks = countOf(ganttOf(data), /<text class="tick"/gu);
    expect(ticks).toBeGreaterThanOrEqual(3);
    expect(ticks).toBeLessThanOrEqual(10);
  });
});

describe('the Markdown report', () => {
  const markdown = renderReportMarkdown(SAMPLE);

  test('has a line for every task, in the order of the spec', () => {
    const rows = markdown.split('\n').filter((line) => line.includes(' | longhaul/cart/backend/'));
    expect(rows.map((row) => / \| (\w+): /u.exec(row)?.[1])).toEqual(
      SAMPLE.status.tasks.map((task) => task.id),
    );
  });

  test('has the same number of cells in each row of a table', () => {
    const tables = renderReportMarkdown({ ...SAMPLE, status: { ...SAMPLE.status, name: 'a | b' } })
      .split('\n\n')
      .filter((part) => part.startsWith('|'));
    expect(tables.length).toBeGreaterThan(3);
    for (const table of tables)
      expect(
        new Set(
          table
            .trim()
            .split('\n')
            .map((row) => row.split(/(?<!\\)\|/u).length),
        ).size,
      ).toBe(1);
  });

  test('has each contract with what it waits for, and no such table without contracts', () => {
    expect(markdown).toContain('| cart-api 1.1.0 | fulfilled | design | api | api, ui |  |');
    expect(markdown).toContain('| stock-api 1.0.0 | changed | design |  | e2e | not taken in by e2e |');
    const status = { ...SAMPLE.status, contracts: [] };
    expect(renderReportMarkdown({ ...SAMPLE, status })).not.toContain('## Contracts');
  });

  test('shows nobody else’s markup', () => {
    expect(renderReportMarkdown(EVIL_DATA)).not.toMatch(/<script|<img/u);
  });

  test('has the headline numbers, the question and the answer', () => {
    expect(markdown).toContain('| Speedup | 2.03x |');
    expect(markdown).toContain('> Which one do we use, and who has the key?');
    expect(markdown).toContain('Answer: Version 2.');
  });
});

test('the JSON report is the data and its numbers, and survives JSON', () => {
  const report = renderReportJson(SAMPLE);
  expect(report.status).toEqual(SAMPLE.status);
  expect(report.metrics.turns).toBe(18);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});
