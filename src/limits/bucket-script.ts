/**
 * The bucket of one caller as Redis keeps it, for RateLimiterRedis in place of its own script, which counts in fixed windows:
 * what is missing from it, and when that was so. It is filled at its rate, by the clock of Redis, and may be taken below zero.
 *
 * KEYS[1]: the bucket; ARGV[1]: how much is taken; ARGV[3] / ARGV[4]: its rate a second; ARGV[2], a window, is not needed.
 * It answers how much is missing now, and in how many ms all is there again: then the key goes, as a full bucket is as good
 * as none.
 */
export const BUCKET_SCRIPT = `
local time = redis.call('time')
local now = time[1] * 1000 + time[2] / 1000
local rate = ARGV[3] / ARGV[4] / 1000
local missing, at = string.match(redis.call('get', KEYS[1]) or '0 0', '^(%S+) (%S+)$')
missing = math.max(0, missing - math.max(0, now - at) * rate) + ARGV[1]
local ms = math.max(1, math.min(math.ceil(missing / rate), ${30 * 24 * 3600 * 1000}))
redis.call('set', KEYS[1], string.format('%.17g %.17g', missing, now), 'PX', ms)
return { math.min(math.ceil(missing), 9007199254740991), ms }`;
