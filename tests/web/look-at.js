'use strict';
// node look-at.js LOOK PAGE...: axe-core finds nothing on any of these pages, no script of theirs runs,
// and they fit into the window.

const axe = require('axe-core');
const { base, check, checkWidth, inLook, run, shot } = require('./browser.js');

const rules = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};

function told(violation) {
  return `${violation.id}: ${violation.help}\n` + violation.nodes.slice(0, 3).map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n');
}

run(async (look, ...pages) => inLook(look, async (page) => {
  const found = [];
  for (const name of pages) {
    await page.goto(base + name);
    await checkWidth(page);
    await shot(page, name.replace(/[^a-z0-9]+/gi, '-').slice(0, 40));
    check(!(await page.title()).startsWith('owned'), `no script of ${name} runs`);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate((options) => window.axe.run(document, options), rules);
    found.push(...violations.map((violation) => `${name}: ${told(violation)}`));
  }
  check(pages.length > 0, 'there are pages to look at');
  check(found.length === 0, found.join('\n'));
}));
