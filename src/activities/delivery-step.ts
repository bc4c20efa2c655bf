/** A branch, and the commit that it is to be at. */
export interface Branch {
  readonly name: string;
  readonly commit: string;
}

/** What was done, or what the user has to do; one sentence. */
export type Step =
  { readonly done: true; readonly said: string } | { readonly done: false; readonly said: string };
