import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Addresses, type ServiceSpec, startStack } from './stack.ts';

const entry = join(import.meta.dirname, 'fixture-service.ts');

function service(name: string, extra: object = {}): ServiceSpec {
  return { name, entry, config: ({ services, nats }: Addresses) => ({ name, listen: services[name], nats, ...extra }) };
}

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'assay-stack-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

async function pidBehind(address: string | undefined): Promise<string> {
  return (await fetch(`http://${address}`)).text();
}

test('starts the services in order with their configurations, and drains them in the reverse order', async (t) => {
  const dir = scratch(t);
  const lines: string[] = [];
  const services = [service('verifier'), service('kyc-prover'), service('gateway')];
  const stack = await startStack({ dir, services, onLine: (from, line) => lines.push(`${from} ${line}`) });
  const { nats, services: addresses } = stack.addresses;
  const configFile = join(dir, 'config/gateway.json');
  assert.deepEqual(JSON.parse(readFileSync(configFile, 'utf8')), { name: 'gateway', listen: addresses.gateway, nats });
  assert.equal(statSync(configFile).mode & 0o777, 0o600);
  assert.equal((await fetch(`${nats.monitorUrl}/healthz`)).status, 200);
  assert.equal(stack.said('gateway').address, addresses.gateway);
  assert.throws(() => stack.said('nats'), /runs no nats/);
  await stack.stop();
  const said = (message: string) => lines.filter((line) => line.includes(message)).map((line) => line.split(' ')[0]);
  assert.deepEqual(said('"started"'), ['verifier', 'kyc-prover', 'gateway']);
  assert.deepEqual(said('"drained"'), ['gateway', 'kyc-prover', 'verifier']);
  assert.match(lines.at(-1) ?? '', /^nats .*Server Exiting/);
});

test('starts again what crashed, at the same address', async (t) => {
  const events: string[] = [];
  const onLine = (from: string, line: string) => from === 'supervisor' && events.push(line);
  await using stack = await startStack({
    dir: scratch(t),
    services: [service('verifier')],
    onLine,
    firstBackoffMs: 10,
  });
  const before = await pidBehind(stack.addresses.services.verifier);
  await stack.crash('verifier');
  await stack.ready('verifier');
  assert.notEqual(await pidBehind(stack.addresses.services.verifier), before);

  await stack.crash('nats');
  await stack.ready('nats');
  assert.equal((await fetch(`${stack.addresses.nats.monitorUrl}/healthz`)).status, 200);
  assert.deepEqual(events, ['verifier ended unasked, starting it again', 'nats ended unasked, starting it again']);
});

test('stops what it has started when one does not get ready', async (t) => {
  const dir = scratch(t);
  let running: Addresses | undefined;
  const failing: ServiceSpec = {
    ...service('gateway'),
    config: (addresses) => {
      running = addresses;
      return { name: 'gateway', listen: addresses.services.gateway, fail: true };
    },
  };
  await assert.rejects(startStack({ dir, services: [service('verifier'), failing] }), {
    code: 'ENDED_EARLY',
    message: /configured to fail/,
  });
  assert(running !== undefined);
  await assert.rejects(pidBehind(running.services.verifier));
  await assert.rejects(fetch(running.nats.monitorUrl));
});

test('takes addresses that are given, and finds ports for what a service also listens to', async (t) => {
  const services = [{ ...service('verifier'), alsoListens: ['http'] }, service('gateway')];
  await using first = await startStack({ dir: scratch(t), services: [service('probe')] });
  const given = first.addresses.services.probe ?? '';
  await first.stop();
  await using stack = await startStack({ dir: scratch(t), services, addresses: { gateway: given } });
  assert.equal(stack.addresses.services.gateway, given);
  assert.match(stack.addresses.services['verifier.http'] ?? '', /^127\.0\.0\.1:\d+$/);
});
