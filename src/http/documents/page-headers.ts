/** What every page tells the browser: whence it may load, and who may frame it. */
import { createHash } from 'node:crypto';
import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * Headers of a page, and of what it loads. Everything comes from this server, so pages work offline, and no script stands in a
 * page itself. 'self' covers the WebSocket of the step stream.
 * @param images further sources of pictures, beside this server and data: URLs
 * @param styles the style sheets that stand in the page itself
 */
export function pageHeaders({
  images = [],
  styles = [],
}: {
  images?: string[];
  styles?: readonly string[];
} = {}): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      // The defaults would turn all addresses of a server without TLS into https.
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", ...styles.map(hashOf)],
        imgSrc: ["'self'", 'data:', ...images],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'self'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    // Whether all of a host has TLS is known to the gateway alone.
    strictTransportSecurity: false,
  };
}

/** As `style-src` names a text (CSP level 3, 2.3.1). */
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
