import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addTaskName, readTaskName, type TaskName } from '../../src/cli/task-name.js';

function read(...words: readonly string[]): TaskName {
  let name: TaskName | null = null;
  const command = addTaskName(new Command('logs'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.action((named: readonly string[], { id }: { id?: string }) => {
    name = readTaskName(command, named, id);
  });
  command.parse(words, { from: 'user' });
  return name!;
}

it('names a task alone, by option, or after its campaign', () => {
  expect(read('api')).toEqual({ campaign: undefined, task: 'api' });
  expect(read('api', '--id', 'cart')).toEqual({ campaign: 'cart', task: 'api' });
  expect(read('cart', 'api')).toEqual({ campaign: 'cart', task: 'api' });
});

it('refuses several tasks, and two campaigns', () => {
  expect(() => read('cart', 'api', 'ui')).toThrow('expected one task, after its campaign or alone');
  expect(() => read('cart', 'api', '--id', 'shop')).toThrow('not "cart api" with --id shop');
});
