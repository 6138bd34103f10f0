import { dark, light, type Palette } from './palette.ts';

function variables(palette: Palette): string {
  const plainOnes = (
    [
      'ground',
      'panel',
      'rule',
      'ink',
      'muted',
      'met',
      'missed',
      'inconclusive',
      'measured',
      'arithmetic',
      'ceiling',
    ] as const
  ).map((name) => `--${name}:${palette[name]}`);
  const bins = palette.bins.map(([ground, ink], bin) => `--b${bin}:${ground};--t${bin}:${ink}`);
  const groups = palette.groups.map((color, group) => `--g${group}:${color}`);
  return [...plainOnes, ...bins, ...groups, `--on-group:${palette.onGroup}`].join(';');
}

const bins = light.bins.map(
  (_, bin) => `.b${bin} rect,rect.b${bin}{fill:var(--b${bin})}.b${bin} text{fill:var(--t${bin})}`,
);
const groups = light.groups.map((_, group) => `.g${group}{fill:var(--g${group})}`);

/** The whole style sheet. Constant: its hash stands in the page's content security policy. No `style=` anywhere. */
export const style = `:root{color-scheme:light dark;${variables(light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1104px;margin:0 auto;padding:28px 32px 64px}
h1{font-size:28px;line-height:1.2;margin:2px 0 4px;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:19px;line-height:1.3;margin:40px 0 6px;padding-top:14px;border-top:1px solid var(--rule)}
h3{font-size:15px;margin:26px 0 2px}
p{margin:6px 0;max-width:82ch;overflow-wrap:anywhere}
.brand{color:var(--muted);font-size:13px;letter-spacing:.02em;margin:0}
.lead{color:var(--muted);margin:0 0 20px}
.muted{color:var(--muted)}
.verdict{border:1px solid var(--rule);border-left:6px solid var(--muted);border-radius:6px;background:var(--panel);padding:14px 20px 16px}
.verdict.met{border-left-color:var(--met)}.verdict.missed{border-left-color:var(--missed)}.verdict.inconclusive{border-left-color:var(--inconclusive)}
.verdict p{max-width:none}
.finding{font-size:19px;line-height:1.4;margin:4px 0 6px}
.word{font-weight:700;letter-spacing:.03em}
.met .word,.word.met{color:var(--met)}.missed .word,.word.missed{color:var(--missed)}.inconclusive .word,.word.inconclusive{color:var(--inconclusive)}
.figures{display:flex;flex-wrap:wrap;gap:14px 40px;margin:18px 0 0;padding:0}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures dt{color:var(--muted);font-size:13px}
.figures dd{margin:0;font-size:25px;line-height:1.2;font-weight:600;letter-spacing:-.01em}
.warn{border-left:4px solid var(--inconclusive);padding:2px 0 2px 14px;margin:14px 0}
figure{margin:14px 0 8px}
figcaption{color:var(--muted);font-size:13.5px;margin:4px 0;max-width:100ch;overflow-wrap:anywhere}
.scroll{position:relative;overflow-x:auto;background:linear-gradient(to right,var(--ground) 40%,transparent) 0 0/36px 100% local no-repeat,linear-gradient(to left,var(--ground) 40%,transparent) 100% 0/36px 100% local no-repeat,linear-gradient(to right,var(--muted),transparent) 0 0/12px 100% scroll no-repeat,linear-gradient(to left,var(--muted),transparent) 100% 0/12px 100% scroll no-repeat}
svg{display:block;max-width:none;font-size:12.5px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--muted);margin:6px 0 12px;max-width:none}
.what{flex-basis:100%}
.key{display:inline-flex;align-items:center;gap:6px}
.badge{display:inline-block;min-width:18px;text-align:center;font-size:12px;border-radius:3px;padding:0 4px;background:var(--ink);color:var(--ground)}
details{margin:6px 0}
summary{cursor:pointer;color:var(--muted);font-size:13.5px;padding:3px 0;width:fit-content}
:focus-visible{outline:2px solid var(--measured);outline-offset:2px}
table{border-collapse:collapse;font-size:13.5px;margin:6px 0}
caption{text-align:left;color:var(--muted);padding:2px 0 4px}
th,td{text-align:left;padding:4px 18px 4px 0;border-bottom:1px solid var(--rule);vertical-align:middle;overflow-wrap:break-word}
th{font-weight:600}
table.objectives{font-size:15px;width:100%}
.objectives td:first-child{font-weight:600}
.objectives td,.objectives th{white-space:nowrap}.objectives td:nth-child(5){color:var(--muted)}.objectives tr.explained td{border-bottom:0;padding-bottom:0}.objectives .why td{white-space:normal;font-weight:400;font-size:13px;color:var(--muted);padding-top:0}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:10px 14px;margin:8px 0;white-space:pre-wrap}
dl.facts{display:grid;grid-template-columns:minmax(120px,max-content) minmax(0,1fr);gap:4px 22px;font-size:14px}
.facts dt{color:var(--muted)}.facts dd{margin:0;overflow-wrap:anywhere}
ul{padding-left:20px;max-width:82ch}li{margin:4px 0;overflow-wrap:anywhere}
svg text{fill:var(--ink)}
svg .muted,svg .tick{fill:var(--muted)}
svg .tick.strong{fill:var(--ink)}
.mid{text-anchor:middle}.end{text-anchor:end}
.strong{font-weight:600}.small{font-size:11.5px}.head{font-size:14px}
.grid{stroke:var(--rule);stroke-width:1;shape-rendering:crispEdges}
.axis-break{stroke:var(--ink);stroke-width:1.5;fill:none}
.axis{stroke:var(--muted);stroke-width:1;shape-rendering:crispEdges}
.objective{stroke:var(--ink);stroke-width:1.25}
.line{fill:none;stroke-width:1.75;stroke-linejoin:round}
.line.measured{stroke:var(--measured);stroke-width:2.25}
.line.arithmetic{stroke:var(--arithmetic);stroke-dasharray:6 4}
.line.ceiling{stroke:var(--ceiling);stroke-dasharray:7 3;stroke-width:2}
svg .of-ceiling{fill:var(--ceiling)}
.line.under{stroke:var(--ground);stroke-width:3.5}
.line.p50{stroke:var(--measured);stroke-width:1.5}
.line.p99{stroke:var(--arithmetic);stroke-width:1.25}
.whisker{fill:none;stroke:var(--measured);stroke-width:1.5}
.point.measured{fill:var(--measured);stroke:var(--ground);stroke-width:1}
.point.hollow{fill:var(--ground);stroke:var(--measured);stroke-width:2}
.point.arithmetic{fill:var(--ground);stroke:var(--arithmetic);stroke-width:1.5}
.replication{stroke:var(--ground);stroke-width:.75;fill-opacity:.75}.replication.within{fill:var(--measured)}.replication.over{fill:var(--missed);fill-opacity:1}
.median{stroke:var(--ink);stroke-width:2.5;fill:none}
.gap{fill:var(--arithmetic);opacity:.1}
.cell rect{stroke:var(--muted);stroke-width:1}
.cell.none rect{fill:var(--panel)}
.cell.unseen rect{fill:url(#hatch-unseen)}.cell.other rect{fill:url(#hatch-other);stroke:var(--missed);stroke-width:1.5}
.hatch{stroke-width:2.5;opacity:.28}.hatch.measured{stroke:var(--measured)}.hatch.missed{stroke:var(--missed)}
.cell:focus{outline:none}.cell:focus rect{stroke:var(--ink);stroke-width:3}
.chosen{fill:none;stroke:var(--ink);stroke-width:3}
.written{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3}
.fault{fill:var(--ink)}
.window{fill:var(--ink);opacity:.07}
.letter{font-weight:700;font-size:11.5px}
svg .on-fault{fill:var(--ground)}
svg .on-group{fill:var(--on-group)}
.lost{fill:var(--missed);stroke:var(--missed);stroke-width:1;opacity:.8}
.lost-bar{fill:var(--missed)}.burn{fill:var(--missed);opacity:.13}.line.burnt{stroke:var(--missed);stroke-width:1.75}
.good{fill:var(--met);opacity:.14}
.mark{stroke-width:3;fill:none}.mark.met{stroke:var(--met)}.mark.missed{stroke:var(--missed)}.mark.inconclusive{stroke:var(--inconclusive)}
${bins.join('')}
${groups.join('')}
#tip{position:absolute;max-width:340px;background:var(--ink);color:var(--ground);font-size:13px;line-height:1.4;padding:6px 10px;border-radius:5px;pointer-events:none;z-index:2}
#tip:empty{display:none}
footer{margin-top:48px;color:var(--muted);font-size:13px}
@media (max-width:640px){.objectives thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.objectives tr{display:block;padding:8px 0;border-bottom:1px solid var(--rule)}.objectives tr.explained{padding-bottom:0;border:0}.objectives td,.objectives .why td{display:flex;gap:12px;border:0;padding:2px 0;white-space:normal}.objectives td[data-label]:not(:first-child)::before{content:attr(data-label);flex:0 0 118px;color:var(--muted);font-size:13px}main{padding:16px 14px 40px}.figures{gap:12px 26px}dl.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:8px}}
@media print{:root{${variables(light)}}main{max-width:none;padding:0}h2{break-after:avoid}.scroll>svg{width:100%;height:auto}.scroll{overflow:visible;background:none}th,td{padding-right:8px}table,table.objectives{font-size:10.5px}.objectives td,.objectives th{white-space:normal}.objectives svg{width:120px;height:auto}figure,.verdict{break-inside:avoid}details::details-content{content-visibility:visible;display:block;block-size:auto}thead{display:table-header-group}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (forced-colors:active){svg text,svg .tick,svg .muted,.cell text{fill:CanvasText}.cell rect{fill:Canvas;stroke:CanvasText}rect.chosen{stroke:Highlight}.line,.whisker,.axis,.objective,.mark{stroke:CanvasText}.grid{stroke:GrayText}.point.measured,.fault,.lost,.lost-bar,.replication{fill:CanvasText}.median,.axis-break,.hatch{stroke:CanvasText}.point.hollow{fill:var(--ground);stroke:var(--measured);stroke-width:2}
.point.arithmetic,.point.hollow{fill:Canvas;stroke:CanvasText}svg .on-fault,svg .on-group{fill:Canvas}.gap,.window,.good,.burn{fill:none}.badge{forced-color-adjust:none;background:CanvasText;color:Canvas}}
`;
