/**
 * The page's style: the reader's fonts, and light or dark according to the system, or to the `color-scheme` set by a
 * client that embeds the page. On a narrow screen, table rows become cards, so that nothing is cut off; tables with
 * very many columns scroll within their frames, with their headers in view.
 */
export const pageStyle = `
:root { color-scheme: light dark;
  --back: light-dark(#ffffff, #14171c); --soft: light-dark(#f5f6f8, #1c2027); --line: light-dark(#dfe3e8, #323944);
  --text: light-dark(#171a20, #e9ebef); --dim: light-dark(#596170, #a3abb8); --accent: light-dark(#3357d6, #8fa7ff);
  --good: light-dark(#136c45, #53c890); --good-back: light-dark(#e4f4eb, #14301f);
  --bad: light-dark(#b8222d, #ff9499); --bad-back: light-dark(#fdeaea, #3a1b1f);
  --warn: light-dark(#7d4e00, #f2b45c); --warn-back: light-dark(#fdf2dd, #33260f);
  --tag-0: light-dark(#3b63d9, #7d9bff); --tag-1: light-dark(#0c827b, #3fc2b8); --tag-2: light-dark(#9a3fc4, #cb90f0);
  --tag-3: light-dark(#bd5216, #f08f4f); --tag-4: light-dark(#587318, #a3c25a); --tag-5: light-dark(#b02f7a, #f083bd);
  --other: light-dark(#a9b1bd, #5c6573); }
* { box-sizing: border-box; }
html { background: var(--back); color: var(--text); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem; font: 1rem/1.5 var(--font-sans, system-ui, sans-serif); overflow-wrap: anywhere; }
h1, h2, h3, p { margin: 0; }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -.01em; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1rem; font-weight: 600; }
a { color: var(--accent); text-underline-offset: .15em; }
small, .dim { color: var(--dim); font-size: .85rem; font-weight: 400; } code, pre, .mono { font-family: var(--font-mono, ui-monospace, monospace); font-size: .85em; }
header p { color: var(--dim); } section > p.dim { margin-bottom: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: .6rem 0 0; padding: 0; font-size: .9rem; }
#verdict { border: 1px solid var(--edge); border-radius: .75rem; background: var(--wash); margin: 1.25rem 0; padding: 1.1rem 1.4rem; --edge: var(--line); --wash: var(--soft); --word: var(--accent); }
#verdict h2 { font-size: 1.6rem; line-height: 1.35; margin: 0; color: var(--word); }
#verdict h2 span { font-size: .95rem; font-weight: 400; color: var(--text); } #verdict p { max-width: 60rem; } #verdict p + p { margin-top: .35rem; }
#verdict.promote, #verdict.synthesize { --edge: var(--good); --wash: var(--good-back); --word: var(--good); }
#verdict.abandon-all { --edge: var(--bad); --wash: var(--bad-back); --word: var(--bad); }
#results h2 { margin-top: 1.5rem; }
.scroll { position: relative; overflow: auto; max-height: 85vh; margin-bottom: 1.25rem; border: 1px solid var(--line); border-radius: .75rem; }
table { border-collapse: separate; border-spacing: 0; width: 100%; }
caption { text-align: left; padding: .6rem .9rem; font-weight: 600; } caption span { display: inline-block; position: sticky; left: .9rem; max-width: calc(100vw - 5rem); }
th, td { border-top: 1px solid var(--line); padding: .5rem .9rem; text-align: left; vertical-align: top; }
tbody th { font-weight: 600; background: var(--back); position: sticky; left: 0; z-index: 1; }
thead th { background: var(--soft); color: var(--dim); font-size: .85rem; font-weight: 600; position: sticky; top: 0; z-index: 2; vertical-align: bottom; }
thead th:first-child { left: 0; z-index: 3; }
tr:has(.winner) > * { background: var(--good-back); }
td > div p, .scroll details p { margin: 0; }
.scroll small { display: block; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.good, .winning, .best { color: var(--good); } .bad, .failing, .unreadable, .worse { color: var(--bad); } .warn, .no_evidence { color: var(--warn); } .running { color: var(--accent); }
.good, .bad, .warn, .signal, .best, .worse { font-weight: 600; }
tbody th > div { min-width: 8rem; } .share { display: block; width: 4rem; height: .3rem; margin: .3rem 0 0 auto; border-radius: .15rem; background: var(--bad); overflow: hidden; } .share rect { fill: var(--good); }
.scroll:has(.cards) { max-height: none; } .scroll:has(.dense) { width: fit-content; max-width: 100%; } .dense th > *, .dense td > div { display: block; width: max-content; max-width: 20rem; }
.dense th { padding: .4rem; } .dense td { padding: .4rem; text-align: center; } .dense td > div { margin: auto; }
.dense thead th:not(:first-child) > * { writing-mode: vertical-rl; width: auto; max-width: none; max-height: 14rem; }
.plot { width: 45%; min-width: 12rem; } .plot svg { display: block; width: 100%; height: 1.5rem; overflow: visible; }
.plot .track { fill: var(--soft); } .plot .best-line { stroke: var(--good); stroke-dasharray: 3 3; }
.interval, .median { stroke: var(--accent); fill: var(--accent); } .interval { stroke-width: 3; stroke-linecap: round; }
svg.best .median { stroke: var(--good); fill: var(--good); } svg.worse .interval, svg.worse .median { stroke: var(--bad); fill: var(--bad); }
svg.too_few_samples .median { fill: var(--back); stroke-width: 2; }
.bars { list-style: none; margin: 0; padding: .4rem .9rem; border: 1px solid var(--line); border-radius: .75rem; }
.bars li { display: grid; grid-template-columns: minmax(6rem, 13rem) minmax(0, 1fr); gap: .1rem 1rem; padding: .5rem 0; } .bars li + li { border-top: 1px solid var(--line); }
.bars h3 { grid-row: span 2; } .bars svg { display: block; width: 100%; height: 1.1rem; background: var(--soft); border-radius: .25rem; overflow: hidden; }
.bars + p.dim { margin: 1rem 0 .5rem; } progress { display: block; width: 100%; height: .5rem; margin-bottom: .75rem; accent-color: var(--accent); } .bars li > .parts:only-of-type { align-content: center; }
.parts { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .85rem; } .parts > span { display: inline-flex; align-items: center; gap: .35rem; }
.dot { width: .65rem; height: .65rem; border-radius: .2rem; flex: none; }
.tag-0 { --own: var(--tag-0); } .tag-1 { --own: var(--tag-1); } .tag-2 { --own: var(--tag-2); } .tag-3 { --own: var(--tag-3); } .tag-4 { --own: var(--tag-4); } .tag-5 { --own: var(--tag-5); } .other { --own: var(--other); } .done { --own: var(--good); } .lost { --own: var(--bad); } .doubt { --own: var(--warn); } .now { --own: var(--accent); }
.dot { background: var(--own); } rect[class] { fill: var(--own); }
.trend svg { display: block; height: 2rem; max-width: 100%; } .trend .passed { fill: var(--good); } .trend .failed { fill: var(--bad); }
.objects, .warnings { list-style: none; margin: 0; padding: 0; } .objects > li, .warnings > li { border: 1px solid var(--line); border-radius: .75rem; padding: .6rem .9rem; } .objects > li + li, .warnings > li + li { margin-top: .6rem; }
.warnings > li { border-color: var(--warn); background: var(--warn-back); } .warnings strong { color: var(--warn); } .warnings summary { font-size: .85rem; }
.objects ul { margin: .25rem 0 0; padding-left: 1.1rem; } .aspects { display: flex; flex-wrap: wrap; gap: .1rem 1rem; }
.objects > li > div { margin-top: .4rem; padding-left: .75rem; border-left: .2rem solid var(--own); }
.added { --own: var(--good); } .removed { --own: var(--bad); } .changed { --own: var(--accent); }
.added > p > strong { color: var(--good); } .removed > p > strong { color: var(--bad); } .changed > p > strong { color: var(--accent); }
del { color: var(--bad); background: var(--bad-back); text-decoration-thickness: .08em; } ins { color: var(--good); background: var(--good-back); text-decoration: none; } del, ins { border-radius: .2rem; padding: 0 .25rem; }
pre { margin: .25rem 0 .75rem; padding: .5rem .75rem; background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; font-weight: 400; }
summary { cursor: pointer; } section > details { margin: .35rem 0; }
.spoken, .dense .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1.5rem; top: .25rem; }
:focus-visible { outline: .2rem solid var(--accent); outline-offset: .1rem; border-radius: .2rem; }
.scroll:focus-visible { outline-offset: -.2rem; }
.cards, .cards tbody, .cards tr, .cards th, .cards td { display: block; } .cards thead { display: none; } .cards caption { display: block; }
.cards tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .5rem 1.25rem; padding: .7rem .9rem; border-top: 1px solid var(--line); }
.cards th, .cards td { border: 0; padding: 0; text-align: left; white-space: normal; position: static; background: none; } .cards tbody th { grid-column: 1 / -1; }
.cards td::before { content: attr(data-title); display: block; color: var(--dim); font-size: .8rem; font-weight: 400; }
@media screen and (max-width: 44rem) {
  body { padding: 1.25rem 1rem; } #verdict { padding: .9rem 1rem; } .bars li { grid-template-columns: minmax(0, 1fr); } .bars h3 { grid-row: auto; }
  table, tbody, tr, th, td, caption { display: block; } thead { display: none; } .scroll, .scroll:has(.dense) { max-height: none; width: auto; } caption span { position: static; max-width: none; }
  tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: .5rem 1rem; padding: .7rem .9rem; border-top: 1px solid var(--line); } tr:has(.winner) { background: var(--good-back); }
  tbody th, tbody td, tbody td.number { border: 0; padding: 0; text-align: left; white-space: normal; position: static; background: none; } tbody th, .plot, .wide { grid-column: 1 / -1; width: auto; }
  tr:has(.winner) > * { background: none; } .dense th > *, .dense td > div { width: auto; max-width: none; margin: 0; } .dense td { padding: 0; text-align: left; } td:empty, td:has(> div:empty) { display: none; }
  tbody td::before { content: attr(data-title); display: block; color: var(--dim); font-size: .8rem; font-weight: 400; } .share { margin-left: 0; }
  .cards tr { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
}
@media (forced-colors: active) { :root { --accent: CanvasText; --good: CanvasText; --bad: CanvasText; --other: GrayText; } .share, .dot, rect, .interval, .median { forced-color-adjust: none; } }
@media print {
  :root { color-scheme: light; } .scroll { overflow: visible; max-height: none; }
  nav, .skip { display: none; }
  html { font-size: 65%; } body { padding: 0; overflow-wrap: break-word; } th, td { padding: .2rem .35rem; }
  tbody th, thead th { position: static; } .dense th > *, .dense td > div { width: auto; max-width: none; }
  #tests details::details-content, #schema details::details-content { content-visibility: visible; }
}
`;
