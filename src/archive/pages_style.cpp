// style.css: calm, for reading; light and dark, phone and paper. Colours keep 4.5:1 everywhere.
#include "archive/pages.hpp"

namespace mn::archive
{
namespace
{

// A text column holds 80 characters: mail is wrapped before that, and would else be wrapped twice.
constexpr std::string_view style = R"(:root {
  color-scheme: light dark;
  --page: #fcfcfa; --text: #1d1f21; --quiet: #5b6067; --line: #deded8; --shade: #f1f1ec;
  --link: #0b559e; --seen: #6a3f8f; --quote: #46566b; --add: #14622f; --del: #a12622;
  --mark: #ffe48a; --mark-text: #1d1f21;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181b; --text: #e3e2dd; --quiet: #a3a8ae; --line: #33373d; --shade: #202429;
    --link: #8bbcf5; --seen: #c4a5e8; --quote: #a9b8cb; --add: #85d39b; --del: #f2a19b;
    --mark: #6b5606; --mark-text: #fff6d6;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  max-width: 46rem; margin: 0 auto; padding: 0 1.25rem 3rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:visited { color: var(--seen); }
nav a, .do a, .by a, .rows li > a, .months a, h2 a { text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
h1, h2, h3, .by, .subject, .rows li, .context, pre { unicode-bidi: plaintext; }
h1 { margin: 1.5rem 0 .5rem; font-size: 1.6rem; line-height: 1.25; font-weight: 650; text-wrap: balance; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem; line-height: 1.3; }
h3 { margin: 1.25rem 0 .25rem; font-size: 1rem; color: var(--quiet); }
p { margin: .5rem 0; }
ul, ol { margin: 0; padding: 0; list-style: none; }
.skip { position: absolute; left: -99em; top: 0; padding: .5rem 1rem; background: var(--page); z-index: 1; }
.skip:focus { left: 0; }

header nav { border-bottom: 1px solid var(--line); }
nav a, .do a, footer a { display: inline-block; padding: .5rem 0; margin-right: 1.25rem; }
header nav a:first-child { font-weight: 650; }
.turn { display: inline-block; margin: 1rem .75rem 1rem 0; }
.turn a { margin: 0; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .4rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); font-size: .9rem; }

.by { color: var(--quiet); font-size: .9rem; margin: 0 0 .75rem; }
.by > * { margin-right: .75rem; }
.by b { color: var(--text); font-size: 1rem; }
.by a, .rows a, .months a { display: inline-block; padding: .15rem 0; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.subject { font-weight: 650; }
.remarks { margin: .5rem 0; color: var(--quiet); font-size: .9rem; }
.remarks li { display: inline-block; margin: 0 .5rem .25rem 0; padding: 0 .5rem; border: 1px solid var(--line); border-radius: .4rem; }

pre {
  margin: .75rem 0; font: .875rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace;
  white-space: pre-wrap; tab-size: 8;
}
blockquote { margin: .75rem 0; padding-left: .9rem; border-left: 3px solid var(--line); color: var(--quote); }
blockquote pre { margin: .25rem 0; }
.sig { color: var(--quiet); }
ins { color: var(--add); text-decoration: none; }
del { color: var(--del); text-decoration: none; }
pre b { color: var(--quiet); }
.file { padding: .5rem .75rem; background: var(--shade); border-radius: .4rem; font-size: .9rem; }
.file a { display: inline-block; padding: .1rem 0; margin-right: .5rem; }
figure { margin: 1rem 0; padding: .25rem .9rem; border: 1px solid var(--line); border-radius: .4rem; }
figcaption { font-weight: 650; margin: .25rem 0; }

main > article[id] { border-top: 1px solid var(--line); margin-block: 1.25rem; padding-top: .75rem; }
main > article[id] h2 { margin: 0; font-size: 1rem; }
main > article:target { box-shadow: -.6rem 0 var(--page), -.8rem 0 var(--link); }
article[class] { border-left: 2px solid var(--line); padding-left: .9rem; }
.d2 { margin-left: 1rem; } .d3 { margin-left: 2rem; } .d4 { margin-left: 3rem; }
.d5 { margin-left: 4rem; } .d6, .d7, .d8, .d9 { margin-left: 5rem; }

.rows li { display: grid; grid-template-columns: 6.5rem 1fr; padding: .35rem 0; border-top: 1px solid var(--line); }
.rows li:first-child { border-top: 0; }
.rows .re > a, .rows .re > span { padding-left: 1rem; }
.rows time { color: var(--quiet); font-size: .9rem; padding: .25rem 0; }
.rows span { grid-column: 2; color: var(--quiet); font-size: .9rem; }
.months { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0 1rem; }
.months a { padding: .25rem 0; }
small { color: var(--quiet); font-size: .85em; }
.lists li, .hits li { border-top: 1px solid var(--line); padding: .75rem 0; }
.lists h2, .hits h2 { margin: 0; }
.lists p, .hits p { margin: .1rem 0; }
.context { font-size: .95rem; }
mark { background: var(--mark); color: var(--mark-text); border-radius: 2px; }

form { display: grid; grid-template-columns: 1fr auto; gap: .25rem .5rem; margin: 1rem 0; }
label { grid-column: 1 / -1; font-size: .9rem; color: var(--quiet); }
input, button { font: inherit; color: inherit; padding: .45rem .75rem; min-width: 0; border: 1px solid var(--quiet); border-radius: .4rem; background: transparent; }
button { background: var(--shade); cursor: pointer; }

@media (max-width: 36rem) {
  body { padding: 0 1rem 2rem; }
  h1 { font-size: 1.35rem; }
  pre { font-size: .8125rem; }
  blockquote { padding-left: .6rem; }
  .rows li { grid-template-columns: auto 1fr; column-gap: .75rem; }
  .rows li > a { grid-column: 1 / -1; }
  .rows .re > a, .rows .re > span { padding-left: 0; }
  .rows time { order: 1; padding: 0; } .rows span { order: 2; grid-column: 2; }
  article[class] { padding-left: .6rem; margin-left: 0; }
}
@media (min-width: 60rem) {
  .d2 { margin-right: -1rem; } .d3 { margin-right: -2rem; } .d4 { margin-right: -3rem; }
  .d5 { margin-right: -4rem; } .d6, .d7, .d8, .d9 { margin-right: -5rem; }
}
@media print {
  :root { --page: #fff; --text: #000; --quiet: #333; --quote: #333; --line: #999; --shade: #fff; --link: #000; --seen: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  header, nav, footer, form, .skip { display: none; }
  .do a:not([rel]), .by a:not([rel]) { display: none; }
  .do a[rel]::after { content: ": " attr(href); }
  article { break-inside: auto; } h1, h2, .by { break-after: avoid; }
}
)";

} // namespace

std::string_view style_sheet()
{
    return style;
}

} // namespace mn::archive
