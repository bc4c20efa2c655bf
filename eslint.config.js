import tseslint from 'typescript-eslint';

const noHiddenInputs = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'The core takes time as an argument.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'The core takes time as an argument.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'The core is deterministic.',
  },
];
const noUnstableOrder = [
  {
    selector: "CallExpression[callee.property.name='localeCompare']",
    message: 'localeCompare depends on ICU; use compareText from core/order.ts.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^toLocale/]',
    message: 'toLocale… depends on the machine.',
  },
  { selector: "MemberExpression[object.name='Intl']", message: 'Intl depends on the machine.' },
  {
    selector: 'CallExpression[callee.property.name=/^(sort|toSorted)$/][arguments.length=0]',
    message: 'Sort with a comparator.',
  },
];
const noFileOfEverything = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 3],
  // 'modified' counts a switch once: ours are exhaustive, and read as one table.
  complexity: ['error', { max: 12, variant: 'modified' }],
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'dist.new/',
      'node_modules/',
      'coverage/',
      '**/*.cjs',
      '**/*.mjs',
      '**/*.js',
      'tests/fixtures/',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...noFileOfEverything,
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/core/**', 'src/report/**'],
    rules: { 'no-restricted-syntax': ['error', ...noHiddenInputs, ...noUnstableOrder] },
  },
  {
    // In the workflow sandbox Date.now and Math.random are Temporal's own, deterministic ones.
    files: ['src/workflows/**'],
    rules: { 'no-restricted-syntax': ['error', ...noUnstableOrder] },
  },
  {
    files: ['tests/**', 'bench/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
