/** The service that this page came from. */
import { SpotlightClient } from 'spotlight-client';

/** Where the page is, so under a prefix, too. Asked once: the page itself says that the service is away, and asks again. */
export const service = new SpotlightClient({ baseUrl: '.', retries: { attempts: 1 } });
