/**
 * The style of pages: a light and a dark theme, and print. Its colors are also distinct for color-blind
 * readers.
 */

const LIGHT = `--text:#1c2026;--dim:#545d6b;--line:#dde2e9;--paper:#fff;--soft:#f4f6f9;--link:#0a53a8;
--blue:#2167b8;--orange:#c25e00;--grey:#7b8697;--focus:#0a53a8`;
const DARK = `--text:#e6e9ef;--dim:#a3adbb;--line:#343b47;--paper:#13161b;--soft:#1c2027;--link:#8dbdff;
--blue:#6ba6f0;--orange:#f0a352;--grey:#7f8a9b;--focus:#8dbdff`;

/** The style that every page has. */
export const BASE = `
:root{color-scheme:light;${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--text);font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:52rem;margin:0 auto;padding:0 1.25rem}
h1{font-size:1.75rem;line-height:1.25;margin:0 6.5rem .35rem 0}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .75rem}
h3{font-size:1rem;margin:0}
p{margin:.5rem 0}
a{color:var(--link);text-underline-offset:.15em}
code,.id{font:.86em ui-monospace,monospace}
.dim,time{color:var(--dim)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem;z-index:1}
:focus-visible,input:focus-within,input:focus,select:focus{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
button,input,select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--grey);border-radius:6px;
padding:.3rem .6rem;max-width:100%;min-height:2.25rem}
button{cursor:pointer}
button:hover{background:var(--soft)}
[hidden]{display:none!important}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;margin:1rem 0 0;padding:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem;overflow-wrap:normal}
caption{text-align:left;color:var(--dim);font-size:.88rem;padding-bottom:.3rem}
th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
thead th{font-weight:600;vertical-align:bottom}
tbody th{font-weight:400}
summary{cursor:pointer;color:var(--link)}
details{margin:.4rem 0}
.list{list-style:none;margin:0;padding:0}
.list>li,.item{padding:.6rem 0;border-top:1px solid var(--line);margin:0}
.list>li:first-child,.item:first-of-type{border-top:0}
.row,.item>summary{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1rem}
.text{white-space:pre-line}
.list ul{margin:.25rem 0 0;padding-left:1.2rem}
.meta{font-size:.9rem;color:var(--dim);margin:.15rem 0}
footer{margin-top:3.5rem;padding-bottom:3rem;font-size:.88rem;color:var(--dim)}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;

/** The style of a report, which has one column. */
export const STYLE = `${BASE}header{padding-top:2.5rem;position:relative}
section{margin:3rem 0 0}
#theme{position:absolute;right:1.25rem;top:2.5rem}
.id{padding:0 .35rem;min-height:1.6rem;border-color:var(--line)}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.75rem;list-style:none;margin:1.5rem 0 0;padding:0}
.tiles a{display:block;height:100%;background:var(--soft);border-radius:8px;padding:.8rem 1rem;color:inherit;text-decoration:none}
.tiles a:hover{text-decoration:underline}
.tiles b{display:block;font-size:1.55rem;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}
.tiles span{color:var(--dim);font-size:.9rem}
.filter{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;background:var(--soft);border-radius:8px;padding:.9rem 1rem;margin-top:2rem}
.filter label{display:grid;gap:.2rem;font-size:.88rem;flex:1 1 9rem;min-width:0}
.filter input,.filter select{width:100%}
.filter p{flex-basis:100%;margin:0;font-size:.88rem;color:var(--dim)}
.chart{margin:.75rem 0}
.chart svg{display:block;width:100%;height:auto}
.narrow{display:none!important}
@media (max-width:44rem){.wide{display:none!important}.narrow{display:block!important}#theme{position:static;margin-top:.5rem}h1{margin-right:0}
header{padding-top:1.5rem}section{margin-top:2.5rem}}
svg text{font:12px system-ui,sans-serif;fill:var(--dim)}
svg .label,svg .mark{fill:var(--text)}
svg .tick{text-anchor:middle}
svg .first{text-anchor:start}
svg .count,svg .tick.end,svg .end{text-anchor:end}
svg a{cursor:pointer;text-decoration:none}
svg a:hover .label{text-decoration:underline}
.grid{stroke:var(--line);stroke-width:1}
.commits,.bar{fill:var(--blue)}
.objectives,.waiting{fill:var(--orange)}
.open{fill:var(--orange);stroke:var(--orange)}
.done{fill:var(--blue);stroke:var(--blue)}
.open,.done{fill-opacity:.32;stroke-width:1.5}
.bar.ended,.bar.archived{fill:var(--grey)}
.bar.paused,.bar.recorded{fill:var(--paper);stroke:var(--blue);stroke-width:2}
.bar.recorded{stroke:var(--grey);stroke-dasharray:3 2}
.off{opacity:.18}
.hit{fill:transparent}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;list-style:none;margin:.25rem 0;padding:0;font-size:.88rem;color:var(--dim)}
.key svg{display:inline-block;width:1.2rem;height:.8rem;margin-right:.35rem}
.path{overflow-wrap:anywhere;min-width:9rem}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.small{width:6rem;height:.7rem;display:block;margin-top:.45rem}
.rest>.list>li:first-child,.rest>div>.item:first-of-type{border-top:1px solid var(--line)}
.row>:first-child{flex:1 1 22rem}
.item>summary{color:inherit}
.item>summary h3{flex:1 1 16rem;font-weight:500}
.item>summary h3::before{content:"";display:inline-block;border:.3rem solid transparent;border-left:.4rem solid var(--dim);margin-right:.35rem}
.item[open]>summary h3::before{transform:rotate(90deg) translate(.1rem,.15rem)}
.item>summary::-webkit-details-marker{display:none}
.item>:not(summary){margin-left:1.05rem}
.checks{list-style:none;padding-left:0!important}
.checks code{margin-right:.4rem}
.tag{background:var(--soft);border-radius:4px;padding:.05rem .4rem}
:target{background:var(--soft);box-shadow:0 0 0 .5rem var(--soft);border-radius:2px}
section:target{background:none;box-shadow:none}
@media print{:root,:root[data-theme=dark],:root:not([data-theme=light]){color-scheme:light;${LIGHT}}
body{font-size:11pt}header,main,footer{max-width:none;padding:0}nav,.filter,#theme,.skip{display:none!important}
section{margin-top:1.75rem}.item,.list>li,tr,.chart,.tiles li{break-inside:avoid}h2,h3{break-after:avoid}
.tiles{grid-template-columns:repeat(4,1fr)}
.wide{display:block!important}.narrow{display:none!important}a{color:inherit}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
