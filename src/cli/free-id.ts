import { existsSync } from 'node:fs';
import { campaignPaths, type HomePaths } from '../core/home.js';

/** The id that was wished for, or its next one that did not end on this disk; the server may know of more. */
export function firstFreeId(home: HomePaths, wished: string): string {
  return idsFrom(wished).find((id) => !existsSync(campaignPaths(home, id).reportJson)) ?? wished;
}

/** `cart`, `cart-2`, `cart-3`, … */
export function idsFrom(wished: string): string[] {
  return [wished, ...Array.from({ length: 998 }, (_, index) => `${wished}-${index + 2}`)];
}
