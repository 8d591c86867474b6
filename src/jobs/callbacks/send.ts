/** One message to whoever wants to hear of the end of a job (https://github.com/standard-webhooks/standard-webhooks). */
import { createHmac } from 'node:crypto';

/** How long an answer may take, in ms. */
const TIMEOUT_MS = 10_000;
const GONE = 410;

export interface Message {
  /** The same at each try: whoever gets it twice knows. */
  id: string;
  url: string;
  body: string;
}

/** What came of it: it was taken; it is wanted no more; or it may be tried again. */
export type Sent = 'taken' | 'unwanted' | 'failed';

/** `v1,` and the HMAC-SHA256 of id, time and body, as the specification says under "Signature scheme". */
export function signatureOf({ id, body }: Message, seconds: number, secret: Uint8Array): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/** Sends it once. Redirects are not followed, as they lead where nobody has allowed it; of the answer only its status is read. */
export async function send(message: Message, secret: Uint8Array, signal: AbortSignal): Promise<Sent> {
  const seconds = Math.floor(Date.now() / 1000);
  try {
    const answer = await fetch(message.url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'spotlight',
        'webhook-id': message.id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signatureOf(message, seconds, secret),
      },
      body: message.body,
    });
    void answer.body?.cancel().catch(() => {});
    if (answer.ok) return 'taken';
    return answer.status === GONE ? 'unwanted' : 'failed';
  } catch {
    return 'failed';
  }
}
