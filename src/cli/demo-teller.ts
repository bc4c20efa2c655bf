/** The demo's story on the screen: seconds since its start, a sign, and the text, wrapped to the terminal. */
import pc from 'picocolors';
import stringWidth from 'string-width';
import type { Line } from '../demo/story.js';
import { colourOnStdout, printData } from './output.js';

const colours = pc.createColors(colourOnStdout);
const INDENT = '        ';
const WIDEST = 110;

const paint: Readonly<Record<Line['sign'], (text: string) => string>> = {
  '·': (text) => text,
  '▶': colours.cyan,
  '✓': colours.green,
  '✗': colours.red,
  '?': colours.yellow,
  '‖': colours.yellow,
  '↻': colours.cyan,
};

export function storyTeller(): (line: Line) => void {
  const startedAtMs = Date.now();
  return ({ sign, text }) => {
    const seconds = String(Math.round((Date.now() - startedAtMs) / 1_000)).padStart(3);
    const columns = Math.min(process.stdout.isTTY ? process.stdout.columns : WIDEST, WIDEST);
    const [first = '', ...rest] = wrap(text, columns - INDENT.length);
    printData(`${seconds}s  ${paint[sign](sign)} ${first}`);
    for (const line of rest) printData(`${INDENT}${line}`);
  };
}

/** At spaces only: a word that is too long, such as a path, stays whole for who copies it. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || stringWidth(`${last} ${word}`) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
