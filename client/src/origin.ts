/** Whether a service is closed to pages of this origin, which browsers tell nobody but the developer. */
import { page } from './address.ts';
import { SpotlightError } from './spotlight-error.ts';

/**
 * Whether the service is there and does not let this page read its answers: a request that asks for none arrives, one that
 * asks for one does not. Outside of pages, and in those of the service itself, it never is.
 */
export async function isOriginRefused(
  { baseUrl, fetch }: { baseUrl: URL; fetch: typeof globalThis.fetch },
  signal?: AbortSignal,
): Promise<boolean> {
  const origin = page()?.origin;
  if (origin === undefined || origin === baseUrl.origin) return false;
  const probe = async (mode: 'cors' | 'no-cors') => {
    try {
      const { type } = await fetch(new URL('health/live', baseUrl), {
        mode,
        signal: signal ?? null,
      });
      return type;
    } catch {
      return undefined;
    }
  };
  return (await probe('cors')) === undefined && (await probe('no-cors')) === 'opaque';
}

/** What a page is told that the service is closed to. */
export function originRefusal({ host }: URL, cause: { closeCode?: number; cause?: unknown } = {}): SpotlightError {
  const origin = page()?.origin ?? 'this origin';
  const detail = `${host} does not let pages of ${origin} in: its CORS_ORIGINS has to name that origin`;
  return new SpotlightError('origin_not_allowed', detail, { status: 403, ...cause });
}
