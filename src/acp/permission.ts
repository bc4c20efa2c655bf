/** What is answered where an agent asks for permission. */
interface PermissionOption {
  readonly optionId: string;
  readonly kind: string;
}

export type PermissionAnswer =
  { readonly outcome: 'selected'; readonly optionId: string } | { readonly outcome: 'cancelled' };

const wanted: Readonly<Record<'allow' | 'deny', readonly string[]>> = {
  // What is allowed for ever is out of Longhaul's hands: once comes first.
  allow: ['allow_once', 'allow_always'],
  deny: ['reject_once', 'reject_always'],
};

/** Where it offers nothing that means this, it can't go on. */
export function answerPermission(
  policy: 'allow' | 'deny',
  options: readonly PermissionOption[],
): PermissionAnswer {
  for (const kind of wanted[policy]) {
    const found = options.find((option) => option.kind === kind);
    if (found !== undefined) return { outcome: 'selected', optionId: found.optionId };
  }
  return { outcome: 'cancelled' };
}
