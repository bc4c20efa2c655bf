/** `notify` of a spec: where people are told what happens while nobody watches. */
import { z } from 'zod';
import type { NotifyTarget } from './notify-target.js';
import { environmentName, texts } from './spec-value.js';
import { severities } from './turn.js';

const WAYS = ['command', 'webhook', 'webhookEnv', 'desktop'] as const;

const webAddress = z.url({ protocol: /^https?$/ });

const target = z
  .strictObject({
    command: texts.min(1).optional().describe('A program with its arguments; it reads the notice as JSON.'),
    webhook: webAddress.optional().describe('An address that the notice is posted to.'),
    webhookEnv: environmentName.optional().describe('The variable that holds the address.'),
    secretEnv: environmentName
      .optional()
      .describe('Of a webhook: the variable with the key by which what is posted is signed.'),
    desktop: z.literal(true).optional().describe("A notice on the worker's own desktop."),
    severity: z
      .enum(severities)
      .default('low')
      .describe('The least that is told here; the end of a campaign always is.'),
  })
  .superRefine((written, context) => {
    const ways = WAYS.filter((way) => written[way] !== undefined);
    const isSigned = written.secretEnv !== undefined;
    const isWeb = written.webhook !== undefined || written.webhookEnv !== undefined;
    if (ways.length === 1 && (!isSigned || isWeb)) return;
    const hint =
      ways.length === 1 ? 'leave secretEnv out: only webhooks are signed' : 'write one list entry per way';
    const message =
      ways.length === 1 ? 'has a secretEnv but no webhook' : `must have exactly one of ${WAYS.join(', ')}`;
    context.addIssue({ code: 'custom', message, params: { code: 'spec/wrong-value', hint } });
  });

export const notifySchema = z.array(target).max(10);

export function notifyTargets(written: z.output<typeof notifySchema>): readonly NotifyTarget[] {
  return written.map(({ command, webhook = null, webhookEnv = null, secretEnv = null, ...one }) => {
    const { severity } = one;
    if (command !== undefined) return { severity, to: 'command', command };
    if (one.desktop === true) return { severity, to: 'desktop' };
    return { severity, to: 'webhook', url: webhook, urlEnv: webhookEnv, secretEnv };
  });
}
