/** Where the service is, and where the page is that asks it. */
import { misuse } from './check.ts';
import { isObject } from './object.ts';

/** A page, or a worker of one; undefined outside of browsers. Node's own types know neither. */
export function page(): { address: string; origin: string } | undefined {
  const location: unknown = Reflect.get(globalThis, 'location');
  if (!isObject(location) || !('href' in location && 'origin' in location)) return undefined;
  const document: unknown = Reflect.get(globalThis, 'document');
  const base = isObject(document) && 'baseURI' in document ? document.baseURI : location.href;
  return { address: String(base), origin: String(location.origin) };
}

/**
 * The base of all paths, with a slash at its end. In a page it may be relative.
 * @throws SpotlightError `invalid_argument`
 */
export function serviceUrl(baseUrl: unknown): URL {
  const here = page()?.address;
  const expects = `a URL of http or https${here === undefined ? '' : ', or relative to that of the page'}, without query or fragment`;
  if (typeof baseUrl !== 'string' && !(baseUrl instanceof URL)) throw misuse('/baseUrl', expects, baseUrl);
  let url: URL;
  try {
    url = new URL(String(baseUrl).replace(/\/?$/, '/'), here);
  } catch {
    throw misuse('/baseUrl', expects, baseUrl);
  }
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!/^https?:$/.test(url.protocol) || !isPlain) throw misuse('/baseUrl', expects, String(baseUrl));
  return url;
}
