import { task, tasks, tell, TOP } from './lint-case.js';

const list = (limits: string, ...lines: readonly string[]) =>
  `${TOP}limits: { ${limits} }\ntasks:\n${tasks(...lines)}`;

const over = (first: string, second: string) =>
  list(
    'depth: 3, tasks: 1000',
    task('a'),
    task('b', `forEach: { task: a${first} }`),
    task('c', `forEach: { task: b${second} }`),
    task('d', 'forEach: { task: c }'),
  );

tell('spec/many-made', [
  { what: 'rounds over rounds whose lists could be too many', text: over('', ''), warns: ['9:52', '10:52'] },
  { what: 'only of the one that is too long', text: over(', max: 5', ', max: 4'), warns: [] },
  { what: 'of what comes of it', text: over(', max: 5', ', max: 5'), warns: ['10:52'] },
  {
    what: 'not of a round over a task, whatever the limits are: its agent is told of those',
    text: list('tasks: 1', task('a'), task('b', 'forEach: a')),
    warns: [],
  },
]);
