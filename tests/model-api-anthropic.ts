import type { Spoken, Wire } from './model-api.js';

/** The messages API, as Claude Code asks it; 1000 tokens in and 50 out per answer. */
export const anthropicWire: Wire = {
  path: '/v1/messages',
  textsOf: ({ messages = [] }) =>
    (messages as { content: unknown }[]).map(({ content }) =>
      typeof content === 'string' ? content : JSON.stringify(content),
    ),
  events,
  refusal: ({ error, message }) => ({ type: 'error', error: { type: error, message } }),
};

function events(answer: Spoken, count: number) {
  const usage = {
    input_tokens: 1000,
    output_tokens: 1,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  };
  const message = {
    id: `msg_${count}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const tool = toolOf(answer);
  const block =
    tool === null
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: `toolu_${count}`, name: tool.name, input: {} };
  const delta =
    tool === null
      ? { type: 'text_delta', text: 'text' in answer ? answer.text : '' }
      : { type: 'input_json_delta', partial_json: JSON.stringify(tool.input) };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: tool === null ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: 50 },
    },
    { type: 'message_stop' },
  ];
}

function toolOf(answer: Spoken): { name: string; input: unknown } | null {
  if ('shell' in answer) return { name: 'Bash', input: { command: answer.shell, timeout: 400_000 } };
  if ('builtin' in answer) return { name: answer.builtin, input: answer.input };
  return 'tool' in answer ? { name: `mcp__longhaul__${answer.tool}`, input: answer.input } : null;
}
