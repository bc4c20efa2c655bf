import { expect, it, vi } from 'vitest';
import { printerOf } from '../../src/cli/print-log.js';
import { maskOf } from '../../src/core/mask.js';

it.each([[{ json: true, raw: false }], [{ json: false, raw: true }], [{ json: false, raw: false }]])(
  '%j: nothing that a copied file holds is printed',
  (options) => {
    let printed = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    const print = printerOf(options, maskOf(['synthetic "token"']));
    const said = { type: 'result', summary: 'it is synthetic "token" here' };
    print(1, { source: 'agent', text: JSON.stringify(said) });
    print(1, { source: 'agent', text: 'plainly synthetic "token" here' });
    print(1, { source: 'verify', text: 'and synthetic "token" there' });
    write.mockRestore();
    expect(printed.split('***').length).toBeGreaterThan(2);
    expect(printed).not.toContain('synthetic');
  },
);
