/** The tasks of the demo (examples/demo/campaign.yaml) that the scripted agent knows how to do. */
import type { Skill } from './skill.js';

const prices: readonly Skill[] = [
  {
    title: 'Add formatAmount to src/money.js',
    steps: [
      {
        file: 'src/money.js',
        text: `
/** 1250 cents are \`'12.50'\`. */
export function formatAmount(cents) {
`,
      },
      {
        file: 'src/money.js',
        text: `  const text = (cents / 100).toFixed(2);
  return text;
}
`,
      },
    ],
    remedies: [
      {
        shownBy: '1,234.56',
        file: 'src/money.js',
        from: '  return text;\n',
        to: "  return text.replace(/\\B(?=(\\d{3})+\\.)/g, ',');\n",
      },
    ],
    summary: 'formatAmount shows cents with two digits and commas between thousands.',
  },
  {
    title: 'Write src/tax.js',
    steps: [
      { file: 'src/tax.js', text: '/** The amount with its tax, in whole cents. */\n' },
      {
        file: 'src/tax.js',
        text: `export function addTax(cents, percent) {
  return Math.round((cents * (100 + percent)) / 100);
}
`,
      },
    ],
    summary: 'addTax adds a percentage and rounds to whole cents.',
  },
  {
    title: 'Write src/discount.js',
    question: {
      text: 'A discount may end on half a cent. Who gets it: the customer or the shop?',
      choices: [
        { says: /customer/i, text: 'Math.ceil(exact - 0.5)' },
        { says: /shop/i, text: 'Math.floor(exact + 0.5)' },
      ],
    },
    steps: [
      { file: 'src/discount.js', text: '/** What is left to pay, in whole cents. */\n' },
      {
        file: 'src/discount.js',
        text: `export function applyDiscount(cents, percent) {
  const exact = (cents * (100 - percent)) / 100;
  return ANSWER;
}
`,
      },
    ],
    summary: 'applyDiscount takes a percentage off; half a cent goes to whom a person said.',
  },
];

const parcels: readonly Skill[] = [
  {
    title: 'Write src/zone.js',
    limited: true,
    steps: [
      {
        file: 'src/zone.js',
        text: `const europe =
  'AT BE BG CY CZ DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
`,
      },
      {
        file: 'src/zone.js',
        text: `
export function zoneOf(country) {
  if (country === 'DE') return 'home';
  return europe.includes(country) ? 'europe' : 'world';
}
`,
      },
    ],
    summary: 'zoneOf knows home, europe and world.',
  },
  {
    title: 'Write src/weight.js',
    steps: [
      { file: 'src/weight.js', text: "import { findProduct } from './product.js';\n" },
      {
        file: 'src/weight.js',
        text: `
/** In grams. */
export function weightOf(items) {
  return items.reduce((sum, { sku, count }) => sum + count * findProduct(sku).grams, 0);
}
`,
      },
    ],
    summary: 'weightOf adds up the weights of the catalog.',
  },
];

const whole: readonly Skill[] = [
  {
    title: 'Write src/cart.js',
    steps: [
      { file: 'src/cart.js', text: "import { findProduct } from './product.js';\n" },
      {
        file: 'src/cart.js',
        text: `
export function makeCart() {
  const counts = new Map();
  const items = () => [...counts].map(([sku, count]) => ({ sku, count }));
`,
      },
      {
        file: 'src/cart.js',
        text: `  return {
    items,
    add: (sku, count = 1) => counts.set(sku, (counts.get(sku) ?? 0) + count),
    remove: (sku) => counts.delete(sku),
`,
      },
      {
        file: 'src/cart.js',
        text: `    total: () => items().reduce((sum, { sku, count }) => sum + count * findProduct(sku).cents, 0),
  };
}
`,
      },
    ],
    meetsAccident: true,
    summary: 'A cart has add, remove, items and total.',
  },
  {
    title: 'Write src/receipt.js',
    steps: [
      {
        file: 'src/receipt.js',
        text: "import { formatAmount } from './money.js';\nimport { findProduct } from './product.js';\n",
      },
      {
        file: 'src/receipt.js',
        text: `
export function renderReceipt(cart) {
  const lines = cart.items().map(({ sku, count }) => {
    const { name, cents } = findProduct(sku);
    return \`\${count} x \${name}  \${formatAmount(count * cents)}\\n\`;
  });
  return \`\${lines.join('')}Total  \${formatAmount(cart.total())}\\n\`;
}
`,
      },
    ],
    summary: 'renderReceipt has a line for each product, and the total.',
  },
  {
    title: 'Write src/shipping.js',
    steps: [
      {
        file: 'src/shipping.js',
        text: "import { weightOf } from './weight.js';\nimport { zoneOf } from './zone.js';\n",
      },
      { file: 'src/shipping.js', text: '\nconst base = { home: 490, europe: 1480, world: 2900 };\n' },
      {
        file: 'src/shipping.js',
        text: `
/** In cents. */
export function shippingCost(items, country) {
  const more = Math.max(0, Math.ceil(weightOf(items) / 1000) - 1);
`,
      },
      { file: 'src/shipping.js', text: '  return base[zoneOf(country)] + 700 * more;\n}\n' },
    ],
    meetsAccident: true,
    summary: 'shippingCost goes by zone and weight.',
  },
  {
    title: 'Write src/label.js',
    steps: [
      { file: 'src/label.js', text: 'export function renderLabel({ name, street, town, country }) {\n' },
      {
        file: 'src/label.js',
        text: "  const lines = [name, street, town.toUpperCase(), country].filter((line) => line !== '');\n",
      },
      { file: 'src/label.js', text: "  return lines.map((line) => `${line}\\n`).join('');\n}\n" },
    ],
    meetsAccident: true,
    summary: 'renderLabel leaves empty lines out.',
  },
];

const finish: readonly Skill[] = [
  {
    title: 'Write src/index.js',
    steps: [
      {
        file: 'src/index.js',
        text: `export * from './cart.js';
export * from './discount.js';
export * from './label.js';
export * from './money.js';
export * from './product.js';
export * from './receipt.js';
export * from './shipping.js';
export * from './tax.js';
export * from './weight.js';
export * from './zone.js';
`,
      },
      {
        file: 'README.md',
        text: `
## What it offers

\`addTax applyDiscount findProduct formatAmount makeCart parseAmount renderLabel renderReceipt shippingCost weightOf zoneOf\`
`,
      },
    ],
    summary: 'src/index.js exports everything, and README.md lists it.',
  },
  { title: 'Check the whole library', steps: [], summary: '' },
];

export const skills: readonly Skill[] = [...prices, ...parcels, ...whole, ...finish];
