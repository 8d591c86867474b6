/** Variables that are not read, and what whoever set them probably meant. */
import { nearestName } from '../nearest-name.ts';

/** What other servers call what is meant here. */
const ELSEWHERE: Record<string, readonly string[]> = {
  HOST: ['BIND', 'BIND_ADDRESS', 'BIND_HOST', 'HTTP_HOST', 'LISTEN_ADDRESS', 'LISTEN_HOST', 'SERVER_HOST'],
  PORT: ['APP_PORT', 'HTTP_PORT', 'LISTEN_PORT', 'SERVER_PORT'],
  WORKERS: ['NUM_THREADS', 'NUM_WORKERS', 'THREADS', 'WORKER_COUNT', 'WORKER_THREADS'],
  LOG_LEVEL: ['LOGGING', 'LOGGING_LEVEL', 'LOG_VERBOSITY'],
  API_KEYS_FILE: ['API_KEY', 'API_TOKEN', 'API_TOKENS', 'KEYS'],
  BASE_PATH: ['BASE_URL', 'CONTEXT_PATH', 'PATH_PREFIX', 'ROOT_PATH', 'URL_PREFIX'],
  TRUST_PROXY: ['TRUSTED_PROXIES', 'TRUSTED_PROXY', 'TRUST_PROXIES', 'FORWARDED_ALLOW_IPS'],
  ALLOWED_HOSTS: ['HOSTS', 'TRUSTED_HOSTS'],
  CORS_ORIGINS: ['ALLOWED_ORIGINS', 'CORS', 'CORS_ALLOWED_ORIGINS', 'CORS_ALLOW_ORIGINS'],
  DEADLINE_MS: ['REQUEST_TIMEOUT', 'REQUEST_TIMEOUT_MS', 'TIMEOUT_MS'],
  SHUTDOWN_MS: ['GRACEFUL_TIMEOUT', 'GRACE_PERIOD', 'SHUTDOWN_TIMEOUT', 'SHUTDOWN_TIMEOUT_MS'],
  MAX_BODY_BYTES: ['BODY_LIMIT', 'MAX_BODY_SIZE', 'MAX_REQUEST_SIZE'],
};
const OWN = 'SPOTLIGHT_';
/** What Kubernetes tells every container of a service that is called spotlight; its _PORT is a URL. */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT)\w*|PORT_\d+_\w+)$/;
const LINK_URL = /^(tcp|udp|sctp):\/\//;
/** Of OpenTelemetry, whose other variables mean what they say, and of others (WEB_CONCURRENCY). */
const OF_OTHERS = /^(OTEL|NODE|npm|KUBERNETES|WEB)_/;

/** The known variable that one that is not read looks like, if any: `MAX_QUEU`, `DRAIN`, `KEYS_FILE`, `HTTP_PORT`, `SPOTLIGHT_HOST`. */
export function meantVariable(variable: string, value: string, known: readonly string[]): string | undefined {
  if (OF_OTHERS.test(variable)) return undefined;
  if (variable.startsWith(OWN)) {
    if (SERVICE_LINK.test(variable) || LINK_URL.test(value)) return undefined;
    const rest = variable.slice(OWN.length);
    return known.includes(rest) ? rest : meantVariable(rest, value, known);
  }
  // Others have variables of their own (HOME, HOSTNAME): only a letter or two may be wrong.
  const near = nearestName(variable, known, (length) => Math.min(2, Math.floor(length / 4)));
  return near ?? elsewhere(variable) ?? halfOf(variable, known);
}

function elsewhere(variable: string): string | undefined {
  return Object.keys(ELSEWHERE).find((meant) => ELSEWHERE[meant].includes(variable));
}

/** A name whose last word was forgotten, or whose first: of one word that is left there may be others, such as PATH. */
function halfOf(variable: string, known: readonly string[]): string | undefined {
  const isPair = variable.includes('_');
  return known.find(
    (name) =>
      name.slice(0, name.lastIndexOf('_')) === variable || (isPair && name.slice(name.indexOf('_') + 1) === variable),
  );
}
