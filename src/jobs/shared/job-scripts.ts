/**
 * What is changed together in Redis, as Lua: a script runs whole, or not at all.
 * Names of all: KEYS = kept, sizes, held, live, owners, untold, turns, waiting; ARGV[1] = what the names of single jobs begin with,
 * ARGV[2] = now in ms, ARGV[3] = how long what is known of all is kept, in ms; the rest is of each script.
 */
const COMMON = `
local kept, sizes, held, live, owners, untold, turns, waiting = unpack(KEYS)
local each, now, index_ms = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local function job_of(id) return each .. id end
local function expire_all()
  for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], index_ms) end
end
-- Keeps a job until a time; its own key a minute longer, so that whoever sweeps still knows what it has left.
local function keep(id, until_ms)
  redis.call('ZADD', kept, until_ms, id)
  redis.call('PEXPIRE', job_of(id), math.ceil(until_ms - now + 60000))
end
local function hold(id, bytes)
  local before = tonumber(redis.call('HGET', sizes, id) or '0')
  if bytes > 0 then redis.call('HSET', sizes, id, bytes) else redis.call('HDEL', sizes, id) end
  if redis.call('INCRBY', held, bytes - before) <= 0 then redis.call('DEL', held) end
end
local function unlink_pieces(begin, count)
  for i = 0, tonumber(count or '0') - 1 do redis.call('UNLINK', begin .. i) end
end
-- Start-time fair queueing (Goyal, Vin, Cheng 1996): a job's turn is one after the turn that is begun now, and after its
-- owner's last. So owners take turns, and whoever waits is overtaken by no more than one of each. Turns of jobs that were
-- cancelled do not count: nobody is further off than its own that have not ended. They begin anew where none waits.
local function take_turn(id, owner)
  if redis.call('ZCARD', waiting) == 0 then redis.call('DEL', turns) end
  local got = redis.call('HMGET', turns, 'now', 'of:' .. owner)
  local begun = tonumber(got[1] or '0')
  local most = begun + tonumber(redis.call('HGET', owners, owner) or '0') + 1
  local turn = math.min(most, math.max(begun, tonumber(got[2] or '0')) + 1)
  redis.call('HSET', turns, 'of:' .. owner, turn)
  redis.call('HSET', job_of(id), 'turn', turn)
  redis.call('ZADD', waiting, turn, id)
  return turn
end
-- What a job leaves when it ends: its place among those that have not, and its body.
local function leave(id)
  redis.call('ZREM', live, id)
  redis.call('ZREM', waiting, id)
  local got = redis.call('HMGET', job_of(id), 'owner', 'body_pieces')
  if got[1] and redis.call('HINCRBY', owners, got[1], -1) <= 0 then
    redis.call('HDEL', owners, got[1])
    redis.call('HDEL', turns, 'of:' .. got[1])
  end
  if redis.call('ZCARD', waiting) == 0 then redis.call('DEL', turns) end
  unlink_pieces(job_of(id) .. ':body:', got[2])
end
local function is_live(state) return state == 'queued' or state == 'running' end
-- Forgets a job; says what file it has left.
local function forget(id)
  local got = redis.call('HMGET', job_of(id), 'state', 'result_attempt', 'result_pieces', 'result_in')
  if is_live(got[1]) then leave(id) end
  unlink_pieces(job_of(id) .. ':result:' .. (got[2] or '') .. ':', got[3])
  redis.call('UNLINK', job_of(id))
  redis.call('ZREM', kept, id)
  redis.call('ZREM', live, id)
  redis.call('ZREM', waiting, id)
  redis.call('ZREM', untold, id)
  hold(id, 0)
  if got[4] == 'file' then return id .. '-' .. got[2] end
  return ''
end
`;

/**
 * ARGV: id, key of idempotency or '', fingerprint, its ms, most jobs, most bytes, bytes, until, `reserve` (before its body comes) or
 * `take`, then fields and values. → room | new | known, id | reused | full, limit
 */
export const TAKE = `${COMMON}
local id, name, fingerprint, key_ms = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local most_jobs, most_bytes, bytes = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
if name ~= '' then
  local known = redis.call('HMGET', name, 'id', 'fingerprint')
  if known[1] then
    if known[2] ~= fingerprint then return {'reused'} end
    if redis.call('EXISTS', job_of(known[1])) == 1 then return {'known', known[1]} end
  end
end
local reserved = tonumber(redis.call('HGET', sizes, id) or '0')
local has_place = redis.call('ZSCORE', kept, id)
if not has_place and redis.call('ZCARD', kept) >= most_jobs then return {'full', 'MAX_JOBS'} end
if tonumber(redis.call('GET', held) or '0') - reserved + bytes > most_bytes then return {'full', 'MAX_JOB_BYTES'} end
if ARGV[12] == 'reserve' then
  redis.call('ZADD', kept, tonumber(ARGV[11]), id)
  hold(id, bytes)
  expire_all()
  return {'room'}
end
local fields = {}
for i = 13, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', job_of(id), unpack(fields))
local owner = redis.call('HGET', job_of(id), 'owner')
take_turn(id, owner)
keep(id, tonumber(ARGV[11]))
hold(id, bytes)
redis.call('ZADD', live, now, id)
redis.call('HINCRBY', owners, owner, 1)
if name ~= '' then
  redis.call('HSET', name, 'id', id, 'fingerprint', fingerprint)
  redis.call('PEXPIRE', name, key_ms)
end
expire_all()
return {'new'}
`;

/** Gives the place of a job back that was reserved and not taken. ARGV: id. */
export const RELEASE = `${COMMON}
local id = ARGV[4]
if redis.call('EXISTS', job_of(id)) == 1 then return 0 end
redis.call('ZREM', kept, id)
hold(id, 0)
return 1
`;

/** It is in the queue. ARGV: id, until. */
export const QUEUED = `${COMMON}
local id, until_ms = ARGV[4], tonumber(ARGV[5])
if not is_live(redis.call('HGET', job_of(id), 'state')) then return 0 end
keep(id, until_ms)
for i = 0, tonumber(redis.call('HGET', job_of(id), 'body_pieces')) - 1 do
  redis.call('PEXPIRE', job_of(id) .. ':body:' .. i, math.ceil(until_ms - now + 60000))
end
redis.call('ZADD', live, now, id)
expire_all()
return 1
`;

/** ARGV: id, until, replica. → attempt, or 0 where there is nothing to do */
export const BEGIN = `${COMMON}
local id = ARGV[4]
local known = redis.call('HMGET', job_of(id), 'state', 'turn')
if not is_live(known[1]) then return 0 end
redis.call('ZREM', waiting, id)
local begun = tonumber(redis.call('HGET', turns, 'now') or '0')
if known[1] == 'queued' and tonumber(known[2] or '0') > begun then redis.call('HSET', turns, 'now', known[2]) end
local attempt = redis.call('HINCRBY', job_of(id), 'attempts', 1)
redis.call('HSETNX', job_of(id), 'started', now)
redis.call('HSET', job_of(id), 'state', 'running', 'replica', ARGV[6], 'shards_done', 0, 'shards_total', 0)
keep(id, tonumber(ARGV[5]))
redis.call('ZADD', live, now, id)
expire_all()
return attempt
`;

/** Has one queued again that was begun too soon: that counts as no attempt. ARGV: id, attempt. */
export const PUT_OFF = `${COMMON}
local job = job_of(ARGV[4])
local got = redis.call('HMGET', job, 'state', 'attempts')
if got[1] ~= 'running' or got[2] ~= ARGV[5] then return 0 end
redis.call('HSET', job, 'state', 'queued')
return redis.call('HINCRBY', job, 'attempts', -1)
`;

/** Has one that is put off take another turn: those that came meanwhile had theirs. ARGV: id. → turn, or 0 where it has ended */
export const AGAIN = `${COMMON}
local id = ARGV[4]
local got = redis.call('HMGET', job_of(id), 'state', 'owner')
if not is_live(got[1]) then return 0 end
local turn = take_turn(id, got[2])
expire_all()
return turn
`;

/** ARGV: id, until, attempt, shards done, shards in total. → its state, or '' */
export const PROGRESS = `${COMMON}
local id = ARGV[4]
local got = redis.call('HMGET', job_of(id), 'state', 'attempts')
if got[1] ~= 'running' then return got[1] or '' end
redis.call('ZADD', live, now, id)
keep(id, tonumber(ARGV[5]))
if got[2] == ARGV[6] then redis.call('HSET', job_of(id), 'shards_done', ARGV[7], 'shards_total', ARGV[8]) end
return 'running'
`;

/**
 * The end, which succeeds once, and again for whoever has ended it and never got the answer. ARGV: id, until, state, most
 * bytes, bytes of the result in Redis, its pieces, attempt, then fields and values. → ended | late: somebody else has ended it
 * | full | lost: pieces are gone
 */
export const END = `${COMMON}
local id, until_ms, state = ARGV[4], tonumber(ARGV[5]), ARGV[6]
local most_bytes, bytes, pieces, attempt = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), ARGV[10]
local got = redis.call('HMGET', job_of(id), 'state', 'callback', 'ended_by')
if got[1] == state and got[3] == attempt then return 'ended' end
if not is_live(got[1]) then return 'late' end
local own = tonumber(redis.call('HGET', sizes, id) or '0')
if bytes > 0 and tonumber(redis.call('GET', held) or '0') - own + bytes > most_bytes then return 'full' end
for i = 0, pieces - 1 do
  local name = job_of(id) .. ':result:' .. attempt .. ':' .. i
  if redis.call('PEXPIRE', name, math.ceil(until_ms - now + 60000)) == 0 then return 'lost' end
end
leave(id)
local fields = {}
for i = 11, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', job_of(id), 'state', state, 'ended', now, 'ended_by', attempt, unpack(fields))
hold(id, bytes)
keep(id, until_ms)
if got[2] and got[2] ~= '' then redis.call('ZADD', untold, now, id) end
expire_all()
return 'ended'
`;

/** Ends a job that has not ended, and forgets one that has. ARGV: id, until, owner. → '' | cancelled | forgotten, file */
export const REMOVE = `${COMMON}
local id, until_ms = ARGV[4], tonumber(ARGV[5])
local got = redis.call('HMGET', job_of(id), 'state', 'owner', 'callback')
if got[2] ~= ARGV[6] then return {''} end
if not is_live(got[1]) then return {'forgotten', forget(id)} end
leave(id)
redis.call('HSET', job_of(id), 'state', 'cancelled', 'ended', now)
hold(id, 0)
keep(id, until_ms)
if got[3] and got[3] ~= '' then redis.call('ZADD', untold, now, id) end
expire_all()
return {'cancelled'}
`;

/** Forgets what is due. ARGV: how many at most. → files that it has left */
export const SWEEP = `${COMMON}
local files = {}
for _, id in ipairs(redis.call('ZRANGE', kept, '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[4])) do
  local file = forget(id)
  if file ~= '' then files[#files + 1] = file end
end
return files
`;

/** Of a sorted set the ids that have waited longest, who have waited no more from now on. ARGV: since when, how many at most. */
const waitingIn = (set: 'live' | 'untold') => `${COMMON}
local ids = redis.call('ZRANGE', ${set}, '-inf', ARGV[4], 'BYSCORE', 'LIMIT', 0, ARGV[5])
for _, id in ipairs(ids) do
  if redis.call('EXISTS', job_of(id)) == 1 then redis.call('ZADD', ${set}, now, id) else redis.call('ZREM', ${set}, id) redis.call('ZREM', waiting, id) end
end
return ids
`;

/** Jobs that nobody has heard of for a while. */
export const UNHEARD = waitingIn('live');

/** Jobs whose end nobody has told. */
export const UNTOLD = waitingIn('untold');
