/** The page's style: the reader's own fonts, light and dark by what the reader's system is set to. */
export const pageStyle = `
:root { color-scheme: light dark; --line: #8885; --good: #18794e; --bad: #c62a2f; --warn: #8d5b00; --bar: #3e63dd; }
@media (prefers-color-scheme: dark) { :root { --good: #4cc38a; --bad: #ff8589; --warn: #f1a10d; --bar: #849dff; } }
html { background: Canvas; color: CanvasText; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.verdict { border-left: .3rem solid var(--bar); padding: .25rem 1rem; }
.scroll { overflow-x: auto; margin-bottom: 1.5rem; }
table { border-collapse: collapse; min-width: 100%; }
caption { text-align: left; padding: .5rem 0; font-weight: 600; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .75rem; text-align: left; vertical-align: top; }
thead th { white-space: nowrap; }
td.good, .winning { color: var(--good); font-weight: 600; }
td.bad, .failing, .unreadable { color: var(--bad); font-weight: 600; }
.no_evidence { color: var(--warn); font-weight: 600; }
pre { margin: .5rem 0; padding: .5rem .75rem; border: 1px solid var(--line); white-space: pre-wrap; font-size: .85rem; }
.bar { display: block; height: .6rem; min-width: 2px; background: var(--bar); }
.worse .bar { background: var(--bad); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
summary { cursor: pointer; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: .2rem solid var(--bar); outline-offset: .1rem; }
`;
