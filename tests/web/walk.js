'use strict';
// node walk.js LOOK LINK: what a reader does, from the front page to the end of a subscription.

const fs = require('fs');
const { base, check, checkWidth, inLook, run, shot } = require('./browser.js');

async function arrive(page, name, heading) {
  const found = (await page.locator('h1').innerText()).trim();
  check(found === heading, `the heading of ${page.url()} is "${heading}", it is "${found}"`);
  await checkWidth(page);
  await shot(page, name);
}

async function follow(page, link) {
  await Promise.all([page.waitForNavigation(), link.click()]);
}

// The first thing that the keyboard reaches leads past the links at the top, and can be seen.
async function tryKeyboard(page) {
  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect();
    return { text: document.activeElement.textContent, left: box.left, outline: getComputedStyle(document.activeElement).outlineStyle };
  });
  check(skip.text === 'Skip to content' && skip.left >= 0, 'the first stop of Tab is visible and skips');
  check(skip.outline !== 'none', 'what has the focus has an outline');
  await page.keyboard.press('Enter');
  check(page.url().endsWith('#main'), 'it leads to the text');
}

async function readLists(page) {
  await page.goto(base);
  await arrive(page, '1-front', 'Mailing lists');
  const names = await page.locator('main h2').allInnerTexts();
  check(names.join() === 'cats,dogs', `public lists only: ${names.join()}`);
  await follow(page, page.locator('main a', { hasText: 'cats' }));
  await arrive(page, '2-list', 'cats');
  await tryKeyboard(page);
  await follow(page, page.locator('.months a', { hasText: 'June' }).first());
  await arrive(page, '3-month', 'June 2026');
  check(await page.locator('.rows li').count() === 2, 'two messages in that month');
}

async function readMessage(page) {
  await follow(page, page.locator('.rows a').first());
  await arrive(page, '4-message', 'A picture of the feeder');
  const text = await page.locator('article').innerText();
  check(text.includes('Ann Adler') && text.includes('2026-06-01 07:30 UTC'), 'author and date');
  check(!text.includes('ann@example.net'), 'addresses are hidden');
  check(await page.locator('ins').count() === 1, 'the patch is told from the text');
  const reply = await page.locator('a[href^="mailto:"]', { hasText: 'Reply' }).getAttribute('href');
  check(reply.startsWith('mailto:cats@example.org?In-Reply-To=%3Cfeeder-1%40example.net%3E'), `reply: ${reply}`);
}

async function getAttachment(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a', { hasText: 'feeder.png' }).click()]);
  check(download.suggestedFilename() === 'feeder.png', `its name is ${download.suggestedFilename()}`);
  const bytes = fs.readFileSync(await download.path());
  check(bytes.subarray(1, 4).toString() === 'PNG', 'it is the picture');
}

async function readThread(page) {
  await follow(page, page.locator('nav a', { hasText: 'Thread' }));
  await arrive(page, '5-thread', 'A picture of the feeder');
  check(await page.locator('article').count() === 2, 'both messages');
  check(await page.locator('article:target').count() === 1, 'the one we came from is marked');
  check(await page.locator('article:last-of-type blockquote blockquote').count() === 1, 'quotes in quotes');
  await page.locator('article a', { hasText: 'Parent' }).click();
  check(/#[a-z2-7]{32}$/.test(page.url()), 'the parent is on the page');
  await follow(page, page.locator('article:last-of-type a[rel=bookmark]'));
  await arrive(page, '6-answer', 'Re: A picture of the feeder');
  await follow(page, page.locator('main a', { hasText: 'Parent' }));
  await arrive(page, '4-message', 'A picture of the feeder');
  const link = await page.locator('a[rel=bookmark]').getAttribute('href');
  check(link === page.url(), `the permanent link ${link} is where we are, ${page.url()}`);
  await follow(page, page.locator('nav a').first());
}

async function readFeed(page) {
  const address = await page.locator('link[rel=alternate]').evaluate((link) => link.href);
  const answer = await page.request.get(address);
  check(answer.status() === 200, 'there is a feed');
  check(answer.headers()['content-type'].startsWith('application/atom+xml'), answer.headers()['content-type']);
  const entries = await page.evaluate((text) => {
    const feed = new DOMParser().parseFromString(text, 'application/xml');
    if (feed.querySelector('parsererror')) return [feed.querySelector('parsererror').textContent];
    return [...feed.querySelectorAll('entry')].map((entry) => entry.querySelector('id').textContent);
  }, await answer.text());
  check(entries.length === 30, `30 entries: ${entries.length}, ${entries[0]}`);
  for (const entry of entries.slice(0, 3)) check((await page.request.get(entry)).status() === 200, `${entry} is there`);
}

async function search(page) {
  await page.getByLabel('Search the archive').fill('zeppelin');
  await follow(page, page.getByRole('button', { name: 'Search' }));
  await arrive(page, '7-search', 'Search cats');
  check(await page.locator('mark').count() > 0, 'words are marked');
  check((await page.locator('.hits h2').first().innerText()) === 'Re: A picture of the feeder', 'the newest is first');
  await follow(page, page.locator('.hits a').first());
  await arrive(page, '6-answer', 'Re: A picture of the feeder');
}

async function unsubscribe(page, link) {
  await page.goto(base + link);
  await arrive(page, '8-unsubscribe', 'Unsubscribe?');
  await follow(page, page.getByRole('button', { name: 'Unsubscribe' }));
  await arrive(page, '9-unsubscribed', 'Unsubscribed');
}

run(async (look, link) => inLook(look, async (page) => {
  await readLists(page);
  await readMessage(page);
  await getAttachment(page);
  await readThread(page);
  await readFeed(page);
  await search(page);
  await unsubscribe(page, link);
}));
