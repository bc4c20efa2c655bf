import type { Spoken, Wire } from './model-api.js';

/** OpenAI's responses API, as Codex asks it; 1000 tokens in and 50 out per answer. */
export const responsesWire: Wire = {
  path: '/v1/responses',
  textsOf: ({ input = [] }) =>
    (input as { content?: unknown; output?: unknown }[]).map((item) =>
      JSON.stringify(item.content ?? item.output ?? item),
    ),
  events,
  refusal: ({ error, message }) => ({ error: { type: error, code: error, message, param: null } }),
};

function events(answer: Spoken, count: number) {
  const id = `resp_${count}`;
  const usage = {
    input_tokens: 1000,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 50,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 1050,
  };
  return [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', output_index: 0, item: itemOf(answer, count) },
    { type: 'response.completed', response: { id, output: [], usage } },
  ];
}

function itemOf(answer: Spoken, count: number) {
  if ('text' in answer) {
    const content = [{ type: 'output_text', text: answer.text, annotations: [] }];
    return { type: 'message', id: `msg_${count}`, role: 'assistant', content };
  }
  const { input, ...named } = callOf(answer);
  return {
    type: 'function_call',
    id: `fc_${count}`,
    call_id: `call_${count}`,
    ...named,
    arguments: JSON.stringify(input),
  };
}

function callOf(answer: Exclude<Spoken, { text: string }>) {
  if ('shell' in answer) {
    return { name: 'exec_command', input: { cmd: answer.shell, yield_time_ms: 400_000 } };
  }
  if ('builtin' in answer) return { name: answer.builtin, input: answer.input };
  return { name: answer.tool, namespace: 'mcp__longhaul', input: answer.input };
}
