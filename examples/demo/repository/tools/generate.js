// Makes a module of data/catalog.csv, so that nobody has to read files at run time.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const [, ...rows] = readFileSync('data/catalog.csv', 'utf8').trim().split('\n');
const entries = rows.map((row) => {
  const [sku, name, cents, grams] = row.split(',');
  return [sku, { name, cents: Number(cents), grams: Number(grams) }];
});
mkdirSync('src/generated', { recursive: true });
writeFileSync(
  'src/generated/catalog.js',
  `export const catalog = ${JSON.stringify(Object.fromEntries(entries), null, 2)};\n`,
);
