/** Every example is right, without warnings, and takes what its list says. Running them: run.test.ts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFile } from '../../src/cli/load-campaign.js';
import { homePaths } from '../../src/core/home.js';
import { simulate } from '../../src/core/simulate.js';
import { formatDuration } from '../../src/report/format.js';
import { CliLab } from '../cli/run-cli.js';
import { planOf } from '../core/compile-spec.js';
import { copyExamples, examples, makePrograms, roleNames } from './example.js';

let lab: CliLab;
let programs: string;

beforeAll(async () => {
  lab = await CliLab.create();
  copyExamples(lab.repository);
  await lab.commit('Add the examples');
  programs = makePrograms(path.join(lab.folder, 'bin'));
});

afterAll(() => lab.remove());

/** `| [file](file) | what it shows | plan | work |` */
const ROW = /^\| \[(.+?)\]\(\1\) +\| .+? +\| ([\d dhms]+?) +\| ([\d dhms]+?) +\|$/gm;
const rows = [...readFileSync('examples/README.md', 'utf8').matchAll(ROW)];
const listed = new Map(rows.map(([, file = '', plan, work]) => [file, { plan, work }]));

it('lists every example, and nothing else', () => {
  expect([...listed.keys()].sort()).toEqual(examples.map(({ file }) => file).sort());
});

describe.each(examples)('$file', ({ file, name, text }) => {
  it('has neither problems nor warnings, in a repository with its roles and programs', async () => {
    const env = { PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}` };
    const home = homePaths(path.join(lab.folder, 'home'));
    const { problems } = await checkFile({ file: path.join(lab.repository, name), home, env });
    expect(problems).toEqual([]);
  });

  it('takes as long as the list says', () => {
    const { makespanMs, sequentialMs } = simulate(planOf(text, { roles: roleNames, assume: true }).plan);
    const shown = { plan: formatDuration(makespanMs), work: formatDuration(sequentialMs) };
    expect(shown).toEqual(listed.get(file));
  });
});
