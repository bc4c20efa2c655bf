import { catalog } from './generated/catalog.js';

/** `{ name, cents, grams }`; throws for a sku that is not sold. */
export function findProduct(sku) {
  const product = catalog[sku];
  if (product === undefined) throw new Error(`nothing is sold as ${sku}`);
  return product;
}
