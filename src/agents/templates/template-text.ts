/** One of Longhaul's templates. A changed text is a new version: prompts are kept with the version that made them. */
export interface TemplateText {
  readonly name: string;
  readonly version: number;
  readonly text: string;
}
