// Takes the README's picture: the report of the tests' sample campaign, as a browser shows it.
//   npx tsx scripts/picture.mjs        (Chromium's path in CHROMIUM, default /usr/bin/chromium)
import path from 'node:path';
import { chromium } from 'playwright-core';
import { renderReportHtml } from '../src/report/html.js';
import { SAMPLE } from '../tests/report/sample.js';

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1180, height: 930 } });
await page.setContent(renderReportHtml(SAMPLE));
await page.screenshot({ path: path.join(import.meta.dirname, '../docs/images/report.png') });
await browser.close();
