// Uses the playground as a person would, in a headless Chromium. Prints "ok NAME" for each check that holds; the first that does not ends it.
// Environment: URL of the page, CHROMIUM, PICTURE (a file with four shapes), and SCREENSHOTS, a folder, if pictures are wanted.
import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {chromium} from 'playwright-core';

const {URL: url, CHROMIUM: executablePath, PICTURE, SCREENSHOTS} = process.env;
const browser = await chromium.launch({executablePath, args: ['--no-sandbox']});
const problems = [];
const context = await browser.newContext({viewport: {width: 1280, height: 900}, permissions: ['clipboard-read', 'clipboard-write']});
const page = await context.newPage();
page.on('console', message => message.type() === 'error' && problems.push(message.text()));
page.on('pageerror', error => problems.push(String(error)));

const checks = {
  async opens() {
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector('#picture').naturalWidth > 0 && document.querySelector('#model').value);
    assert.equal(await page.inputValue('#model'), 'argus-tiny');
  },

  async takes_a_dropped_picture() {
    const bytes = (await readFile(PICTURE)).toString('base64');
    const transfer = await page.evaluateHandle(base64 => {
      const data = Uint8Array.from(atob(base64), char => char.charCodeAt(0));
      const dropped = new DataTransfer();
      dropped.items.add(new File([data], 'dropped.png', {type: 'image/png'}));
      return dropped;
    }, bytes);
    await page.dispatchEvent('#drop', 'drop', {dataTransfer: transfer});
    await page.waitForFunction(() => document.querySelector('#hint').textContent.startsWith('dropped.png'));
  },

  async streams_an_answer_from_the_keyboard() {
    await page.focus('#question');
    await page.keyboard.press('Control+Enter');
    await answered();
    assert.match(await lastAnswer(), /star/);
    assert.match(await page.textContent('#figures'), /to the first token/);
    assert.ok(await page.locator('#timeline rect').count() > 3);
  },

  async goes_on_with_the_conversation() {
    await page.fill('#question', 'How many shapes are there?');
    await page.click('#ask');
    await answered();
    assert.match(await lastAnswer(), /four/);
    assert.equal(await page.locator('.conversation p').count(), 4);
  },

  async draws_boxes() {
    await page.click('#reset');
    await page.click('button[aria-label^="Sample: Eight shapes"]');
    await page.waitForFunction(() => document.querySelector('#hint').textContent.startsWith('busy.jpg'));
    await page.click('text=Caption every region.');
    await page.click('#ask');
    await answered();
    assert.equal(await page.locator('#boxes rect').count(), 8);
    assert.match(await page.textContent('#regions'), /blue diamond with "P"/);
    await page.hover('#regions li:nth-child(2) button');
    assert.equal(await page.locator('#boxes rect.on').count(), 1);
    await screenshot('playground-light.png');
  },

  async shows_code_to_copy() {
    for (const [tab, part] of [['curl', 'v1/chat/completions'], ['grpc', 'grpcurl'], ['java', 'setRegions']]) {
      await page.click(`#tab-${tab}`);
      await page.click('#copy');
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(copied.includes(part), copied);
    }
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getAttribute('#tab-curl', 'aria-selected'), 'true');
  },

  async says_what_was_wrong() {
    await page.click('#reset');
    await page.selectOption('#format', 'json');
    await page.fill('#schema', '{"type": "object", "minProperties": 3}');
    await page.click('#ask');
    await page.waitForSelector('#error:not([hidden])');
    assert.match(await page.textContent('#error'), /minProperties/);
    assert.equal(await page.isEnabled('#ask'), true);
    // Chromium itself reports that a request was answered with 400.
    assert.ok(problems.every(problem => problem.includes('400')), problems.join('\n'));
    problems.length = 0;
  },

  async is_dark_in_the_dark() {
    await page.emulateMedia({colorScheme: 'dark'});
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#picture').naturalWidth > 0);
    await page.click('#ask');
    await answered();
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.match(background, /rgb\(\d\d, \d\d, \d\d\)/);
    await screenshot('playground-dark.png');
  },

  async fits_a_telephone() {
    await page.setViewportSize({width: 390, height: 800});
    const {scroll, client} = await page.evaluate(() => ({scroll: document.body.scrollWidth, client: document.documentElement.clientWidth}));
    assert.ok(scroll <= client, `${scroll} pixels wide in ${client}`);
  },

  async leaves_the_console_quiet() {
    assert.deepEqual(problems, []);
  },
};

async function answered() {
  await page.waitForFunction(() => document.querySelector('#stop').hidden && document.querySelector('.assistant:last-child')?.textContent);
}

async function lastAnswer() {
  return page.locator('.assistant').last().textContent();
}

async function screenshot(name) {
  if (SCREENSHOTS) await page.screenshot({path: path.join(SCREENSHOTS, name), fullPage: true});
}

try {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok ${name}`);
  }
} finally {
  await browser.close();
}
