/** Where notices go (`notify` of the spec). Secrets are named, never held. */
import type { Severity } from './turn.js';

export type NotifyTarget = {
  /** What is less severe is not told here; a campaign's end always is. */
  readonly severity: Severity;
} & (
  | { readonly to: 'command'; readonly command: readonly string[] }
  | {
      readonly to: 'webhook';
      /** Null where the variable holds it: many a webhook's address is its key. */
      readonly url: string | null;
      readonly urlEnv: string | null;
      /** The variable with the key by which bodies are signed; null = unsigned. */
      readonly secretEnv: string | null;
    }
  | { readonly to: 'desktop' }
);
