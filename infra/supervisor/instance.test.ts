import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filledIn } from './instance.ts';
import type { Addresses } from './stack.ts';

const addresses: Addresses = {
  nats: { url: 'nats://127.0.0.1:1', monitorUrl: 'http://127.0.0.1:2' },
  services: { verifier: '127.0.0.1:3', 'verifier.http': '127.0.0.1:4' },
};

test('fills in the addresses, at any depth, and leaves the rest as it is', () => {
  const template = {
    bus: { servers: ['{{nats.url}}'], monitorUrls: ['{{nats.monitorUrl}}'] },
    console: 'http://{{address.verifier.http}}/x?to={{address.verifier}}',
    proving: { workers: 2, lazy: false, label: null },
  };
  assert.deepEqual(filledIn(template, addresses), {
    bus: { servers: ['nats://127.0.0.1:1'], monitorUrls: ['http://127.0.0.1:2'] },
    console: 'http://127.0.0.1:4/x?to=127.0.0.1:3',
    proving: { workers: 2, lazy: false, label: null },
  });
});

test('names a placeholder that nothing fills', () => {
  for (const name of ['address.gateway', 'nats', '']) {
    assert.throws(() => filledIn([`{{${name}}}`], addresses), new RegExp(`\\{\\{${name}\\}\\}`));
  }
});
