'use strict';
// A real browser, in one of the looks that readers have; whatever goes wrong on a page is noticed.
//
//   await inLook('phone-dark', async (page) => { await page.goto(url); … });
//
// Throws when a page wrote to its console, opened a dialog, asked for anything elsewhere, or is wider
// than the window. With MAILNODE_WEB_SHOTS=DIRECTORY, shot(page, name) puts a picture there.

const { chromium } = require('playwright-core');
const path = require('path');

const base = process.env.WEB_URL;
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

async function inLook(look, work) {
  const [size, colorScheme] = look.split('-');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
  });
  const troubles = [];
  try {
    const context = await browser.newContext({
      viewport: sizes[size], colorScheme, isMobile: size === 'phone', hasTouch: size === 'phone', acceptDownloads: true,
    });
    const page = await context.newPage();
    // An answer that is no success is told there, too; the tests ask for some, and look at their status.
    page.on('console', (message) => {
      if (!/the server responded with a status of/.test(message.text())) troubles.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => troubles.push(`error: ${error}`));
    page.on('dialog', (dialog) => { troubles.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('request', (request) => {
      if (!request.url().startsWith(base)) troubles.push(`asked for ${request.url()}`);
    });
    page.look = look;
    page.troubles = troubles;
    await work(page);
  } finally {
    await browser.close();
  }
  if (troubles.length > 0) throw new Error(troubles.join('\n'));
}

// Nothing to be scrolled sideways.
async function checkWidth(page) {
  const [wanted, there] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  if (wanted > there) throw new Error(`${page.url()} is ${wanted} wide in a window of ${there}`);
}

async function shot(page, name) {
  const directory = process.env.MAILNODE_WEB_SHOTS;
  if (directory) await page.screenshot({ path: path.join(directory, `${name}-${page.look}.png`) });
}

function check(holds, what) {
  if (!holds) throw new Error(`not so: ${what}`);
}

function run(main) {
  main(...process.argv.slice(2)).catch((error) => {
    console.error(error.stack || String(error));
    process.exit(1);
  });
}

module.exports = { base, check, checkWidth, inLook, run, shot };
