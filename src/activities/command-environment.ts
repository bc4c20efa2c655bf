import type { CampaignBrief } from '../core/brief.js';
import { laneEnvironment } from './lane.js';

/** What commands see of the worker's environment. Nothing of Temporal, no keys. */
const allowed = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TERM'],
  ...[
    'XDG_CACHE_HOME',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
    'XDG_RUNTIME_DIR',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
  ],
  ...[
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    'http_proxy',
    'https_proxy',
    'no_proxy',
    'NODE_EXTRA_CA_CERTS',
  ],
  ...['JAVA_HOME', 'GOPATH', 'GOCACHE', 'GOPROXY', 'CARGO_HOME', 'RUSTUP_HOME', 'PYENV_ROOT', 'NVM_DIR'],
];

/** `CI` is set, so that test programs write no snapshots and ask nothing. */
export function commandEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  at: { readonly brief: CampaignBrief; readonly lane: string; readonly task: string },
): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const name of allowed) {
    const value = env[name];
    if (value !== undefined) seen[name] = value;
  }
  return {
    ...seen,
    CI: env['CI'] ?? 'true',
    LONGHAUL_CAMPAIGN: at.brief.campaign,
    LONGHAUL_TASK: at.task,
    ...laneEnvironment(at.brief, at.lane),
  };
}
