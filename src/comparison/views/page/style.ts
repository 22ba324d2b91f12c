/**
 * The page's style: the reader's own fonts, light and dark by what the reader's system is set to. Tables scroll inside
 * their frames with their heads in sight; on paper they do not.
 */
export const pageStyle = `
:root { color-scheme: light dark; --line: #c4c8cf; --soft: #f4f5f7; --won: #e8f5ee; --good: #18794e; --bad: #c62a2f; --warn: #8d5b00; --bar: #3e63dd; --zero: #6b7280; }
@media (prefers-color-scheme: dark) {
  :root { --line: #464b54; --soft: #1e2126; --won: #14271d; --good: #4cc38a; --bad: #ff8589; --warn: #f1a10d; --bar: #6f8cf7; --zero: #9aa1ad; }
}
html { background: Canvas; color: CanvasText; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
header p { margin: .25rem 0 .75rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
#verdict { border-left: .4rem solid var(--bar); background: var(--soft); margin: 1.25rem 0; padding: .75rem 1.25rem; }
#verdict h2 { font-size: 1.4rem; margin: 0; } #verdict h2 span { font-weight: 400; } #verdict p { margin: .25rem 0; }
#verdict.promote, #verdict.synthesize { border-color: var(--good); }
#verdict.abandon-all { border-color: var(--bad); }
.scroll { position: relative; overflow: auto; max-height: 85vh; margin-bottom: 1.5rem; }
table { border-collapse: separate; border-spacing: 0; }
caption { text-align: left; padding: .5rem 0; font-weight: 600; } caption span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 3rem); }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .75rem; text-align: left; vertical-align: top; }
tbody th { font-weight: 500; background: Canvas; position: sticky; left: 0; z-index: 1; }
thead th { background: var(--soft); position: sticky; top: 0; z-index: 2; vertical-align: bottom; }
tr:has(.winner) > * { background: var(--won); font-weight: 600; }
thead th:first-child { left: 0; z-index: 3; }
th > *, td > div { display: block; width: max-content; max-width: 20rem; }
.metrics td > div { max-width: none; } tbody th > div { max-width: 32rem; } .dense tbody th > div { max-width: 20rem; }
td > div p, .scroll details p { margin: 0; }
.scroll small { display: block; color: CanvasText; font-weight: 400; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .number > span { margin-left: auto; }
.good, .winning, .best { color: var(--good); }
.bad, .failing, .unreadable, .worse { color: var(--bad); }
.warn, .no_evidence { color: var(--warn); }
.good, .bad, .warn, .winning, .failing, .unreadable, .no_evidence { font-weight: 600; }
.dense th { padding: .35rem; } .dense td { padding: .35rem; text-align: center; } .dense td > div { margin: auto; }
.dense thead th:not(:first-child) > * { writing-mode: vertical-rl; width: auto; max-width: none; max-height: 14rem; }
.bars { min-width: 14rem; width: 24rem; } .bars svg { display: block; width: 100%; height: 1.25rem; overflow: visible; }
.bar { fill: var(--bar); } svg.best .bar { fill: var(--good); } svg.worse .bar { fill: var(--bad); }
.whisker { stroke: CanvasText; stroke-width: 2; } .zero { stroke: var(--zero); }
pre { margin: .25rem 0 .75rem; padding: .5rem .75rem; border: 1px solid var(--line); white-space: pre-wrap; font-size: .85rem; font-weight: 400; }
summary { cursor: pointer; }
.spoken, .dense .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1.5rem; top: .25rem; }
:focus-visible { outline: .2rem solid var(--bar); outline-offset: .1rem; }
.scroll:focus-visible { outline-offset: -.2rem; }
@media screen and (max-width: 40rem) {
  body { padding: 1rem; } th, td { padding: .35rem .5rem; } th > *, td > div, tbody th > div, .dense tbody th > div { max-width: 42vw; } .bars { width: 14rem; } }
@media (forced-colors: active) { :root { --bar: CanvasText; --good: CanvasText; --bad: CanvasText; } }
@media print {
  .scroll { overflow: visible; max-height: none; }
  nav, .skip { display: none; }
  html { font-size: 65%; } body { padding: 0; overflow-wrap: break-word; } th, td { padding: .2rem .35rem; }
  tbody th, thead th { position: static; } th > *, td > div, tbody th > div { width: auto; max-width: none; }
  .bars { width: 10rem; min-width: 6rem; }
  #tests details::details-content, #schema details::details-content { content-visibility: visible; }
}
`;
