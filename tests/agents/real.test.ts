/**
 * The real programs against a model API on loopback, where their variables name them (scripts/test-agents.mjs).
 */
import { agentFolder } from '../../src/core/home.js';
import { describeReal, type RealSubject } from './real-conformance.js';

const inAnHour = Math.floor(Date.now() / 1000) + 3_600;

const claudeWindow = {
  'retry-after': '3600',
  'anthropic-ratelimit-unified-status': 'rejected',
  'anthropic-ratelimit-unified-reset': String(inAnHour),
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  'anthropic-ratelimit-unified-overage-status': 'rejected',
  'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
};
const oauth = { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-dummy' };
const regain =
  'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.';
const invalid = { status: 400, error: 'invalid_request_error' };
const claudeSlow = { status: 429, error: 'rate_limit_error', message: 'slow' };

const claude: RealSubject = {
  name: 'claude-code',
  binary: process.env['LONGHAUL_TEST_CLAUDE'] ?? '',
  agent: () => ({ adapter: 'claude-code', run: [claude.binary], model: 'claude-sonnet-4-5' }),
  env: (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'sk-dummy' }),
  cost: (requests) => 0.00375 * requests,
  answer: (input) => ({ builtin: 'StructuredOutput', input: { ...input } }),
  useNote: null,
  sessions: ({ root }) => `${root}/user/.claude/projects`,
  refusals: [
    {
      what: 'a refused key',
      answer: { status: 401, error: 'authentication_error', message: 'bad' },
      as: 'auth',
    },
    { what: '403', answer: { status: 403, error: 'permission_error', message: 'no' }, as: 'auth' },
    {
      what: 'no key',
      env: { ANTHROPIC_API_KEY: undefined },
      answer: { status: 401, error: 'authentication_error', message: '' },
      as: 'auth',
    },
    {
      what: 'no credit',
      answer: { ...invalid, message: 'Your credit balance is too low' },
      as: 'usage-limit',
    },
    { what: '402', answer: { status: 402, error: 'billing_error', message: 'pay' }, as: 'usage-limit' },
    {
      what: 'a used-up window',
      answer: { ...claudeSlow, headers: claudeWindow },
      env: oauth,
      as: 'usage-limit',
      resetAtMs: inAnHour * 1000,
    },
    {
      what: 'a spending cap with a date',
      answer: { ...invalid, message: regain },
      as: 'usage-limit',
      resetAtMs: Date.parse('2026-12-01T00:00:00Z'),
    },
    { what: '429, long', answer: { ...claudeSlow, headers: { 'retry-after': '120' } }, as: 'rate-limited' },
    { what: '429, short', answer: { ...claudeSlow, headers: { 'retry-after': '1' } }, as: 'rate-limited' },
    {
      what: '529',
      answer: { status: 529, error: 'overloaded_error', message: 'Overloaded' },
      as: 'transient',
    },
    { what: '503', answer: { status: 503, error: 'api_error', message: 'Unavailable' }, as: 'transient' },
    { what: 'a cut stream', answer: { cut: true }, as: 'transient' },
    {
      what: 'too long a context',
      answer: { ...invalid, message: 'prompt is too long: 210000 tokens > 200000 maximum' },
      as: 'agent-error',
    },
    {
      what: 'an unknown model',
      answer: { status: 404, error: 'not_found_error', message: 'model: x' },
      as: 'spec',
    },
  ],
};

const codexSlow = { status: 429, error: 'rate_limit_exceeded', message: 'slow' };
const codexWindow = {
  'x-codex-primary-used-percent': '100',
  'x-codex-primary-window-minutes': '300',
  'x-codex-primary-reset-at': String(inAnHour),
};

const codex: RealSubject = {
  name: 'codex',
  binary: process.env['LONGHAUL_TEST_CODEX'] ?? '',
  agent: (url) => ({
    adapter: 'codex',
    run: [codex.binary],
    model: 'gpt-5.5',
    options: { baseUrl: `${url}/v1`, keyVariable: 'OPENAI_API_KEY' },
  }),
  env: () => ({ OPENAI_API_KEY: 'sk-dummy' }),
  cost: (requests) => (1_000 * 5 * requests + 50 * 30 * requests) / 1e6,
  answer: (value) => ({ text: JSON.stringify(value) }),
  useNote: '"type":"token_usage_record"',
  sessions: ({ deps }) => `${agentFolder(deps.home, 'codex')}/sessions`,
  refusals: [
    { what: 'a refused key', answer: { status: 401, error: 'invalid_api_key', message: 'bad' }, as: 'auth' },
    { what: '403', answer: { status: 403, error: 'forbidden', message: 'no' }, as: 'auth' },
    {
      what: 'no key',
      env: { OPENAI_API_KEY: undefined },
      answer: { status: 401, error: 'invalid_api_key', message: '' },
      as: 'auth',
    },
    { what: 'no credit', answer: { ...codexSlow, error: 'insufficient_quota' }, as: 'usage-limit' },
    {
      what: 'a used-up window',
      answer: { ...codexSlow, error: 'usage_limit_reached', headers: codexWindow },
      as: 'usage-limit',
      resetAtMs: inAnHour * 1000,
    },
    { what: '429, long', answer: { ...codexSlow, headers: { 'retry-after': '3600' } }, as: 'rate-limited' },
    { what: '429, short', answer: { ...codexSlow, headers: { 'retry-after': '1' } }, as: 'rate-limited' },
    { what: '529', answer: { status: 529, error: 'overloaded', message: 'Overloaded' }, as: 'transient' },
    { what: '503', answer: { status: 503, error: 'unavailable', message: 'Unavailable' }, as: 'transient' },
    { what: 'a cut stream', answer: { cut: true }, as: 'transient' },
    {
      what: 'a request that is refused as wrong',
      answer: { status: 400, error: 'invalid_request_error', message: 'Unknown parameter.' },
      as: 'agent-error',
    },
    {
      what: 'an unknown model',
      answer: { status: 404, error: 'model_not_found', message: 'The model `x` does not exist' },
      as: 'spec',
    },
  ],
};

for (const subject of [claude, codex]) describeReal(subject);
