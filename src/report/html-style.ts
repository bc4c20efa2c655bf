/** The report's style sheet. Colours are told apart by lightness too, and every state has its word beside it. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --text: #1d2125; --soft: #5c656e; --line: #dfe2e6; --band: #f2f4f6;
  --turn: #9cc3f0; --verify: #cfe0c3; --merge: #cdbdf0; --bad: #f0a79d; --held: #f3d489; --label: #14181c;
  --path: #c2410c; --good: #1c7434; --wrong: #b3261e; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --page: #14171a; --card: #1b1f24; --text: #e6e9ec; --soft: #9aa4ae; --line: #333a42; --band: #20252b;
  --turn: #3f6fa8; --verify: #4d6b45; --merge: #6a55a3; --bad: #a3443a; --held: #86662a; --label: #fff;
  --path: #ff9d5c; --good: #6fce87; --wrong: #ff8f85; --warn: #e8b85a; } }
@media print { :root { --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #bbb; --band: #f2f4f6;
  --turn: #9cc3f0; --verify: #cfe0c3; --merge: #cdbdf0; --bad: #f0a79d; --held: #f3d489; --label: #000;
  --path: #c2410c; --good: #1c7434; --wrong: #b3261e; --warn: #8a5a00; color-scheme: light; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } section, tr, article { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0; } h2 { font-size: 18px; margin: 36px 0 10px; }
p { margin: 6px 0; overflow-wrap: anywhere; }
.id, .when, small, .detail { color: var(--soft); } .id, .when { margin: 2px 0; } small { font-size: 12px; }
.message { white-space: pre-wrap; border-left: 3px solid var(--line); padding-left: 12px; }
.state { white-space: nowrap; font-weight: 600; color: var(--soft); }
h1 .state { font-size: 15px; border: 1px solid; border-radius: 12px; padding: 2px 10px; vertical-align: middle; }
.state.done { color: var(--good); } .state.failed { color: var(--wrong); }
.state.blocked, .state.paused { color: var(--warn); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(220px, 45%), 1fr)); gap: 10px; margin: 20px 0; }
.numbers div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
dt { color: var(--soft); font-size: 13px; } dd { margin: 0; font-size: 21px; font-weight: 600; }
dd.detail { font-size: 12px; font-weight: 400; }
.asks { border: 1px solid var(--warn); border-radius: 8px; padding: 8px 12px; color: var(--warn); font-weight: 600; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.gantt { display: block; width: 100%; min-width: 760px; font: 11px ui-monospace, monospace; }
.gantt .band { fill: var(--band); } .gantt .row, .gantt text.tick { fill: var(--soft); } .gantt .label { fill: var(--label); pointer-events: none; }
.gantt line.tick { stroke: var(--line); }
.bar.turn { fill: var(--turn); } .bar.verify { fill: var(--verify); } .bar.merge { fill: var(--merge); }
.bar.bad { fill: var(--bad); stroke: var(--wrong); } .bar.held { fill: var(--held); stroke: var(--warn); stroke-dasharray: 3 2; } .critical { fill: var(--path); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 0 0 8px; font-size: 13px; color: var(--soft); }
.legend i { display: inline-block; width: 14px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
i.turn { background: var(--turn); } i.verify { background: var(--verify); } i.merge { background: var(--merge); }
i.bad { background: var(--bad); border: 1px solid var(--wrong); } i.held { background: var(--held); border: 1px dashed var(--warn); } .legend i.path { background: var(--path); height: 3px; vertical-align: 3px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: 13px; font-weight: 500; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td { white-space: nowrap; } td.text { min-width: 220px; } td.text, .title { white-space: normal; overflow-wrap: anywhere; } .title { min-width: 130px; } code { font: 12px ui-monospace, monospace; color: var(--soft); }
meter { width: 120px; height: 12px; vertical-align: -1px; }
.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 12px; align-items: start; }
.blocker { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; margin-bottom: 10px; }
.blocker p { white-space: pre-wrap; } .blocker.open { border-color: var(--warn); }
`.trim();
