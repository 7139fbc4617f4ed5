import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callerOf } from './caller-address.ts';
import { RateLimiter } from './rate-limiter.ts';

test('a caller may ask at once what the bucket holds, and then at the rate', () => {
  let now = 0;
  const limiter = new RateLimiter({ perSecond: 2, burst: 3 }, () => now);
  const take = (cost?: number) => limiter.take('a', cost);
  assert.deepEqual([take(), take(), take()], [0, 0, 0]);
  assert.equal(take(), 1);
  now += 500;
  assert.equal(take(), 0);
  assert.equal(take(), 1);
  now += 60_000;
  assert.deepEqual([take(2), take(2)], [0, 1]);
  assert.equal(limiter.take('b'), 0);
});

test('what costs more than the bucket holds takes a full one, and says how long that takes', () => {
  let now = 0;
  const limiter = new RateLimiter({ perSecond: 1, burst: 5 }, () => now);
  assert.equal(limiter.take('a', 10), 0);
  assert.equal(limiter.take('a', 10), 5);
  now += 5000;
  assert.equal(limiter.take('a', 10), 0);
});

test('callers are remembered up to a number; those quiet longest are forgotten', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, () => 0);
  assert.equal(limiter.take('first'), 0);
  assert.equal(limiter.take('second'), 0);
  for (let i = 0; i < 9_998; i++) limiter.take(`${i}`);
  assert.equal(limiter.take('first'), 1);
  limiter.take('one more');
  assert.equal(limiter.take('second'), 0);
  assert.equal(limiter.take('first'), 1);
});

test('an IPv6 caller is known by its network, an IPv4 caller by its address', () => {
  assert.equal(callerOf('::ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(callerOf('192.0.2.7'), '192.0.2.7');
  assert.equal(callerOf('2001:db8::1'), callerOf('2001:db8:0:0:ffff::2'));
  assert.notEqual(callerOf('2001:db8:0:1::1'), callerOf('2001:db8::1'));
  assert.equal(callerOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(callerOf(undefined), 'unknown');
});
