/** Data goes to stdout, everything else to stderr; readable without colour. */
import pc from 'picocolors';
import { countOf } from '../core/count.js';
import { ProblemError, type Place, type Problem } from '../core/problem.js';

/** picocolors looks at stdout, and messages go to stderr; NO_COLOR rules both. */
function colourOf(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return (stream.isTTY && TERM !== 'dumb') || (FORCE_COLOR !== undefined && FORCE_COLOR !== '0');
}

export const colourOnStdout: boolean = colourOf(process.stdout);
const paint = pc.createColors(colourOf(process.stderr));

export function printData(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  printData(JSON.stringify(value, null, 2));
}

export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printWarning(text: string): void {
  printNote(`${paint.yellow('warning:')} ${text}`);
}

/** `error: …`, an empty line, `hint: …`. A bug of ours keeps its stack. */
export function printError(error: unknown): void {
  printNote(`${paint.red('error:')} ${describe(error)}`);
  const hint = error instanceof ProblemError ? error.problem.hint : undefined;
  if (hint !== undefined) printNote(`\n${paint.cyan('hint:')} ${hint}`);
}

function describe(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.message;
  if (!(error instanceof Error)) return String(error);
  const isOurs = error.message.includes('this is a bug') || error.name !== 'Error';
  return isOurs ? (error.stack ?? error.message) : error.message;
}

/** Of a file with one slip in each of ten thousand tasks, nobody reads more. */
const MOST_PRINTED = 100;

/** `file:line:column code message`, each with its hint; of very many the first ones, and how many more there are. */
export function printProblems(problems: readonly Problem[]): void {
  for (const problem of problems.slice(0, MOST_PRINTED)) {
    const code =
      problem.severity === 'problem' ? paint.red(problem.code) : paint.yellow(`warning ${problem.code}`);
    printNote([placeText(problem.where), code, problem.message].filter((part) => part !== '').join(' '));
    if (problem.hint !== undefined) printNote(`    ${paint.cyan('hint:')} ${problem.hint}`);
  }
  const more = problems.length - MOST_PRINTED;
  if (more > 0) printNote(`… and ${more} more; \`longhaul check FILE --json\` shows all of them.`);
}

function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

export function countProblems(problems: readonly Problem[]): string {
  const wrong = problems.filter(({ severity }) => severity === 'problem').length;
  const parts = [some(wrong, 'problem'), some(problems.length - wrong, 'warning')];
  return parts.filter((part) => part !== '').join(', ');
}

function some(count: number, noun: string): string {
  return count === 0 ? '' : countOf(count, noun);
}
