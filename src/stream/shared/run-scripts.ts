/**
 * What is done with shared runs in one step, as Lua in Redis. By its clock, as those of replicas differ.
 *
 * KEYS: runs (sorted by when each goes), their sizes, those that are computed and those that are watched (sorted by until when
 * that is known), the bytes of all. ARGV[1]: what the names of the keys of a single run begin with: `…run:` is its record, `…run-body:` its body.
 */
const HEAD = `
local runs, sizes, busy, watched, total = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local prefix = ARGV[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function forget(id)
  redis.call('UNLINK', prefix .. 'run-body:' .. id)
  redis.call('ZREM', runs, id)
  redis.call('ZREM', busy, id)
  redis.call('ZREM', watched, id)
  local size = redis.call('HGET', sizes, id)
  redis.call('HDEL', sizes, id)
  if size then redis.call('DECRBY', total, size) end
end
local function keep(ttl)
  for _, key in ipairs(KEYS) do
    if redis.call('PTTL', key) < 2 * ttl then redis.call('PEXPIRE', key, 2 * ttl) end
  end
end
`;

/**
 * Makes room for a run, before its body comes. ARGV: id, bytes, ttl, how long it counts as computed, the most runs and bytes,
 * the channel and fault for those that go. Answers '' or the name of the limit.
 */
export const RESERVE = `${HEAD}
local id, size, ttl, busyMs, most, mostBytes = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', runs, '-inf', now)) do forget(old) end
local function full()
  local count = redis.call('ZCARD', runs)
  if count + 1 > most then return 'MAX_RUNS' end
  if count > 0 and tonumber(redis.call('GET', total) or '0') + size > mostBytes then return 'MAX_RUN_BYTES' end
end
local function letGo(spares)
  for _, old in ipairs(redis.call('ZRANGE', runs, 0, -1)) do
    if not full() then return end
    local isSpared = false
    for _, leases in ipairs(spares) do isSpared = isSpared or tonumber(redis.call('ZSCORE', leases, old) or '0') > now end
    if not isSpared then
      forget(old)
      if redis.call('EXISTS', prefix .. 'run:' .. old) == 1 then redis.call('HSET', prefix .. 'run:' .. old, 'gone', ARGV[9]) end
      redis.call('PUBLISH', ARGV[8], old)
    end
  end
end
if full() then letGo({ busy, watched }) end
if full() then letGo({ busy }) end
local limit = full()
if limit then return limit end
redis.call('ZADD', runs, now + ttl, id)
redis.call('HSET', sizes, id, size)
redis.call('ZADD', busy, now + busyMs, id)
redis.call('INCRBY', total, size)
keep(ttl)
return ''
`;

/** Writes a piece of a body. KEYS: the body. ARGV: which piece, its bytes, for how long. */
export const PIECE = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`;

/** Has a run found whose body has come. ARGV: id, record, ttl, for how long its owner is there. Answers whether there is still room. */
export const COMMIT = `${HEAD}
local id, ttl, ownerMs = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
if not redis.call('ZSCORE', runs, id) then return 0 end
local key = prefix .. 'run:' .. id
redis.call('HSET', key, 'record', ARGV[3])
if ownerMs > 0 then redis.call('HSET', key, 'owner', now + ownerMs) end
redis.call('PEXPIRE', key, 2 * ttl)
return 1
`;

/**
 * Who asks for a run has it for a moment, as if it was watched. ARGV: id, how long that is. Answers its record, its end, why it is gone, ms until it goes (0: it is gone), ms that its owner is
 * there.
 */
export const LOOK = `${HEAD}
local id = ARGV[2]
local found = redis.call('HMGET', prefix .. 'run:' .. id, 'record', 'end', 'gone', 'owner')
local score = redis.call('ZSCORE', runs, id)
local left = math.max(0, tonumber(score or '0') - now)
local owned = math.max(0, tonumber(found[4] or '0') - now)
-- A Redis that is full takes no note.
if left > 0 then
  redis.pcall('ZADD', watched, now + tonumber(ARGV[3]), id)
  if redis.call('PTTL', watched) < 0 then redis.call('PEXPIRE', watched, math.max(1, redis.call('PTTL', runs))) end
end
return { found[1] or '', found[2] or '', found[3] or '', left, owned }
`;

/**
 * ARGV: ttl, then of each run its id and for how long it counts as computed, as watched and its owner as there. Answers which are
 * not kept.
 */
export const RENEW = `${HEAD}
local ttl = tonumber(ARGV[2])
local gone = {}
for i = 3, #ARGV, 4 do
  local id, busyMs, watchedMs, ownerMs = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  -- One whose time is over is gone, whether or not anybody has swept it away.
  local until_ms = redis.call('ZSCORE', runs, id)
  if not until_ms or tonumber(until_ms) <= now then
    table.insert(gone, id)
  else
    if busyMs + watchedMs > 0 then
      redis.call('PEXPIRE', prefix .. 'run:' .. id, 2 * ttl)
      redis.call('PEXPIRE', prefix .. 'run-body:' .. id, 2 * ttl)
      redis.call('ZADD', runs, now + ttl, id)
    end
    if busyMs > 0 then redis.call('ZADD', busy, now + busyMs, id) end
    if watchedMs > 0 then redis.call('ZADD', watched, now + watchedMs, id) end
    if ownerMs > 0 and redis.call('EXISTS', prefix .. 'run:' .. id) == 1 then
      redis.call('HSET', prefix .. 'run:' .. id, 'owner', now + ownerMs)
    end
  end
end
if #gone * 4 < #ARGV - 2 then keep(ttl) end
return gone
`;

/** Notes how a run ended, once. ARGV: id, its end. */
export const FINISH = `${HEAD}
local id = ARGV[2]
-- Before its record is there its body is still coming, and nobody may take its place.
if redis.call('EXISTS', prefix .. 'run:' .. id) == 0 then return 0 end
redis.call('ZREM', busy, id)
redis.call('HSETNX', prefix .. 'run:' .. id, 'end', ARGV[3])
return 1
`;

/** Takes a run away and tells all replicas. ARGV: id, why, the channel. */
export const DROP = `${HEAD}
local id = ARGV[2]
forget(id)
if redis.call('EXISTS', prefix .. 'run:' .. id) == 1 then redis.call('HSET', prefix .. 'run:' .. id, 'gone', ARGV[3]) end
redis.call('PUBLISH', ARGV[4], id)
return 1
`;
