import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../src/jobs/callbacks/send.ts';

describe('a message', () => {
  // The example of the specification's own libraries: standard-webhooks, libraries/javascript, "sign function works".
  it('is signed as Standard Webhooks say', () => {
    const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', url: '', body: '{"test": 2432232314}' };
    expect(signatureOf(message, 1614265330, secret)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
