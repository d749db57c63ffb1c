package rediscache

import "github.com/redis/go-redis/v9"

// In all scripts KEYS[1] is a value and KEYS[2] its lease, unless they say
// otherwise. A lease is a hash: the field t is the token, the others are the ids of
// the stores that wait for its end.

// acquire: ARGV is what was seen, the token, its time in milliseconds, and the id of
// the store. It returns the value, or 0 if the lease was taken, or how many
// milliseconds that of another lasts. The own token may come twice, when go-redis has
// lost the first answer.
var acquire = redis.NewScript(`
if ARGV[1] == '' or redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then
	local value = redis.call('GET', KEYS[1])
	if value then return value end
end
local token = redis.call('HGET', KEYS[2], 't')
if token and token ~= ARGV[2] then
	redis.call('HSET', KEYS[2], ARGV[4], '')
	return math.max(redis.call('PTTL', KEYS[2]), 1)
end
redis.call('HSET', KEYS[2], 't', ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 0
`)

// extend: ARGV is the token and its new time in milliseconds.
var extend = redis.NewScript(`
if redis.call('HGET', KEYS[2], 't') ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])
`)

// finish ends the lease and tells those who wait: ARGV is the token, what the channels
// of stores begin with, and the message.
const finish = `
local waiting = redis.call('HKEYS', KEYS[2])
redis.call('DEL', KEYS[2])
for _, id in ipairs(waiting) do
	if id ~= 't' then redis.call('PUBLISH', ARGV[2] .. id, ARGV[3]) end
end
`

// release: ARGV as finish has it.
var release = redis.NewScript(`
if redis.call('HGET', KEYS[2], 't') ~= ARGV[1] then return 0 end
` + finish + `
return 1
`)

// fill: ARGV as finish has it, then the value and its time in milliseconds. If there
// is no memory for the value, the lease ends all the same.
var fill = redis.NewScript(`
if redis.call('HGET', KEYS[2], 't') ~= ARGV[1] then return 0 end
local set = redis.pcall('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
` + finish + `
if set.err then return set end
return 1
`)

// set: ARGV is the value, its time in milliseconds, the channel and the message. If
// there is no memory for the value, the old one goes all the same.
var set = redis.NewScript(`
local set = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[2])
if set.err then redis.call('DEL', KEYS[1]) end
redis.call('PUBLISH', ARGV[3], ARGV[4])
return set
`)

// unlink: KEYS are in one slot and go; ARGV is the channel and the message.
var unlink = redis.NewScript(`
redis.call('UNLINK', unpack(KEYS))
return redis.call('PUBLISH', ARGV[1], ARGV[2])
`)

// begin makes sure that KEYS[1], the revocations, is there: a hash of rules and
// their epochs, with the fields epoch and floor. Where it is not, it may have been
// evicted, and so everything written before is revoked. Epochs are microseconds,
// so that they grow even then. ARGV is the channel and the beginning of messages.
const begin = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function text(n) return string.format('%.0f', n) end
local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch'))
if not epoch then
	epoch = now
	redis.call('HSET', KEYS[1], 'epoch', text(epoch), 'floor', text(epoch))
	redis.call('PUBLISH', ARGV[1], ARGV[2] .. text(epoch) .. ':')
end
`

// revocations returns all fields of the hash.
var revocations = redis.NewScript(begin + `return redis.call('HGETALL', KEYS[1])`)

// revoke: ARGV as begin has it, then the field of the rule, and how many rules there
// may be. Above that, the older half becomes a higher floor.
var revoke = redis.NewScript(begin + `
epoch = math.max(epoch + 1, now)
redis.call('HSET', KEYS[1], ARGV[3], text(epoch), 'epoch', text(epoch))
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) + 2 then
	local all, rules = redis.call('HGETALL', KEYS[1]), {}
	for i = 1, #all, 2 do
		if all[i] ~= 'epoch' and all[i] ~= 'floor' then
			rules[#rules + 1] = {all[i], tonumber(all[i + 1])}
		end
	end
	table.sort(rules, function(a, b) return a[2] < b[2] end)
	local half = math.floor(#rules / 2)
	for i = 1, half do redis.call('HDEL', KEYS[1], rules[i][1]) end
	redis.call('HSET', KEYS[1], 'floor', text(rules[half][2]))
end
redis.call('PUBLISH', ARGV[1], ARGV[2] .. text(epoch) .. ':' .. ARGV[3])
return text(epoch)
`)
