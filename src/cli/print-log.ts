/** How `longhaul logs` prints a line. What agents print is kept as their programs wrote it: it is masked here. */
import type { Mask } from '../core/mask.js';
import { plainLogLine } from '../report/escape.js';
import { describeAgentLine } from './agent-line.js';
import { printData } from './output.js';
import type { LogLine } from './turn-log.js';

export type Print = (gen: number, line: LogLine) => void;

export function printerOf(
  { json, raw }: { readonly json: boolean; readonly raw: boolean },
  mask: Mask,
): Print {
  return (json ? printAsJson : raw ? printRaw : printPlain)(mask);
}

/** For programs: each line with its turn and its source. */
function printAsJson(mask: Mask): Print {
  return (turn, { source, text }) => printData(JSON.stringify({ turn, source, text: mask(text) }));
}

function printRaw(mask: Mask): Print {
  return (_gen, { source, text }) => printData(mask(source === 'agent' ? text : `${source} | ${text}`));
}

/** What agents print is not trusted: it could steer the terminal. */
function printPlain(mask: Mask): Print {
  return (_gen, { source, text }) => {
    if (source !== 'agent') {
      printData(`${source} | ${plainLogLine(mask(text))}`);
      return;
    }
    const told = describeAgentLine(text);
    for (const line of told === null ? [] : mask(told).split('\n')) printData(plainLogLine(line));
  };
}
