import { ConfigError } from './config.ts';

/** Where a server was to listen, and the variable that named the port. */
export interface Place {
  host: string;
  variable: 'PORT' | 'METRICS_PORT';
  port: number;
}

/** Why the system lets no server listen there, in the words of whoever set it; what it does not tell is passed on. */
export function refusalToListen(error: unknown, { host, variable, port }: Place): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const portIs = `${variable} is ${port}, but`;
  const hostIs = `HOST is ${JSON.stringify(host)}, but`;
  const why: Record<string, string> = {
    EADDRINUSE: `${portIs} something else listens there already`,
    EACCES: `${portIs} this user may not listen there; ports below 1024 are often for root only`,
    EADDRNOTAVAIL: `${hostIs} this machine has no such address`,
    ENOTFOUND: `${hostIs} no host has this name`,
    EAI_AGAIN: `${hostIs} its address cannot be looked up now`,
  };
  const known = why[String(error.code)] ?? `HOST is ${JSON.stringify(host)} and ${portIs} they cannot be used`;
  return new ConfigError(`${known}: ${error.message}`);
}
