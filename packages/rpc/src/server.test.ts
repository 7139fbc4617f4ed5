import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, type TestContext, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { type ClientDuplexStream, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath as healthProtoPath } from 'grpc-health-check';
import type { Peer } from './call.ts';
import { application, type Certificate, gatewayClient, gatewayWith, serveGateway, TestAuthority } from './fixture.ts';
import { clientCredentials, type ServerTls } from './security.ts';
import { RpcServer } from './server.ts';

const GATEWAY = 'assay.gateway.v1.GatewayService';
const answering = { getApplication: async () => ({ application: application('a') }) };

test('health tells of each service and of draining', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { server, address, client } = await serveGateway(t, {
    async getApplication() {
      enter();
      await gate;
      return { application: application('a') };
    },
  });
  assert.equal(await health(t, address, ''), 'SERVING');
  assert.equal(await health(t, address, GATEWAY), 'SERVING');
  await assert.rejects(health(t, address, 'assay.prover.v1.KycProverService'), /NOT_FOUND/);
  server.setServing(false);
  assert.equal(await health(t, address, GATEWAY), 'NOT_SERVING');
  const pending = client.call.getApplication({ applicationId: 'a' });
  await entered;
  const drained = server.drain(10_000);
  open();
  assert.equal((await pending).application?.applicationId, 'a');
  assert.equal(await drained, 'drained');
});

test('reflection describes what is served with what it imports, and nothing else', async (t) => {
  const { address } = await serveGateway(t, answering);
  const names = (await reflect(t, address, { listServices: '' })).listServicesResponse?.service.map(({ name }) => name);
  assert.deepEqual(names?.sort(), [GATEWAY, 'grpc.health.v1.Health']);
  const answer = await reflect(t, address, { fileContainingSymbol: GATEWAY });
  const files = answer.fileDescriptorResponse?.fileDescriptorProto.map((bytes) =>
    fromBinary(FileDescriptorProtoSchema, bytes),
  );
  const gatewayFile = files?.find(({ name }) => name === 'assay/gateway/v1/gateway.proto');
  assert.ok(gatewayFile?.service[0]?.method.some(({ name }) => name === 'SubmitApplication'));
  assert.ok(files?.some(({ name }) => name === 'assay/model/v1/model.proto'));
});

test('draining lets a running stream finish and takes nothing new', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { server, address, client } = await serveGateway(t, {
    async *watchApplication() {
      yield { application: application('one') };
      await gate;
      yield { application: application('two') };
    },
  });
  const seen: (string | undefined)[] = [];
  let drained: Promise<string> | undefined;
  for await (const { application: next } of client.call.watchApplication(
    { applicationId: 'a' },
    { deadlineMs: 5000 },
  )) {
    seen.push(next?.applicationId);
    if (drained !== undefined) continue;
    drained = server.drain(10_000);
    const late = gatewayClient(t, { address }).call.getApplication({ applicationId: 'b' }, { deadlineMs: 1000 });
    await assert.rejects(late, (error: { code: string }) => ['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(error.code));
    open();
  }
  assert.deepEqual(seen, ['one', 'two']);
  assert.equal(await drained, 'drained');
});

test('a handler without an end learns of draining', async (t) => {
  const { server, client } = await serveGateway(t, {
    async *subscribeEvents(_request, { draining }) {
      yield { event: undefined, resumeToken: 't1' };
      await once(draining, 'abort');
      throw draining.reason;
    },
  });
  const subscribe = async (): Promise<void> => {
    const request = { position: undefined, kinds: [] };
    for await (const _event of client.call.subscribeEvents(request, { deadlineMs: 5000 })) void server.drain(10_000);
  };
  await assert.rejects(subscribe(), { code: 'UNAVAILABLE', reason: 'DRAINING' });
  assert.equal(await server.drain(0), 'drained');
});

test('what outlasts the bound of a drain is cut off', async (t) => {
  const { promise: never } = Promise.withResolvers<never>();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { server, client } = await serveGateway(t, {
    getApplication() {
      enter();
      return never;
    },
  });
  const call = client.call.getApplication({ applicationId: 'a' }, { deadlineMs: 5000 });
  const failed = assert.rejects(call, (error: { code: string }) =>
    ['UNAVAILABLE', 'CANCELLED', 'INTERNAL'].includes(error.code),
  );
  await entered;
  assert.equal(await server.drain(50), 'forced');
  await failed;
});

test('an unknown method is UNIMPLEMENTED', async (t) => {
  const { address } = await serveGateway(t, answering);
  const other = new RpcServer({ services: [], security: { kind: 'insecure-loopback' } });
  t.after(() => other.drain(0));
  const { port } = await other.listen('127.0.0.1:0');
  assert.notEqual(`127.0.0.1:${port}`, address);
  const client = gatewayClient(t, { address: `127.0.0.1:${port}` });
  await assert.rejects(client.call.getApplication({ applicationId: 'a' }), { code: 'UNIMPLEMENTED' });
});

test('without TLS nothing but loopback is bound or called', async () => {
  const server = new RpcServer({ services: [gatewayWith(answering)], security: { kind: 'insecure-loopback' } });
  for (const address of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0', 'localhost:0', '127.0.0.1.example.org:0']) {
    await assert.rejects(server.listen(address), { code: 'FAILED_PRECONDITION', reason: 'INSECURE_ADDRESS' });
    assert.throws(() => clientCredentials({ kind: 'insecure-loopback' }, address), { reason: 'INSECURE_ADDRESS' });
  }
  await assert.rejects(server.listen('127.0.0.1'), { code: 'INVALID_ARGUMENT', reason: 'ADDRESS' });
});

describe('mutual TLS', () => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let identities: Record<'server' | 'gateway' | 'console' | 'forged', Certificate>;
  before(() => {
    authority = new TestAuthority();
    stranger = new TestAuthority();
    const issue = (name: string): Certificate => authority.issue(name);
    identities = {
      server: issue('prover'),
      gateway: issue('gateway'),
      console: issue('console'),
      forged: stranger.issue('gateway'),
    };
  });
  after(() => {
    authority.remove();
    stranger.remove();
  });

  test('a client with a certificate is served and named; others cannot connect or call', async (t) => {
    const security: ServerTls = { kind: 'tls', ...identities.server, clientAuthorities: authority.certificate };
    const peers: Peer[] = [];
    const handlers = {
      async getApplication(_request: unknown, { peer }: { peer: Peer }) {
        peers.push(peer);
        return { application: application('a') };
      },
    };
    const authorize = ({ peer }: { peer: Peer }): boolean =>
      peer.certificate?.alternativeNames.includes('spiffe://assay.test/gateway') === true;
    const server = new RpcServer({ services: [gatewayWith(handlers)], security, authorize });
    t.after(() => server.drain(0));
    const { port } = await server.listen('127.0.0.1:0');
    const call = (identity?: Certificate, serverName = 'prover', authorities: Uint8Array = authority.certificate) =>
      gatewayClient(t, {
        address: `127.0.0.1:${port}`,
        security: { kind: 'tls', authorities, serverName, ...(identity && { identity }) },
      }).call.getApplication({ applicationId: 'a' }, { deadlineMs: 2000 });

    assert.equal((await call(identities.gateway)).application?.applicationId, 'a');
    assert.equal(peers[0]?.certificate?.commonName, 'gateway');
    assert.deepEqual(peers[0]?.certificate?.alternativeNames, ['gateway', 'spiffe://assay.test/gateway']);
    await assert.rejects(call(identities.console), { code: 'PERMISSION_DENIED', reason: 'CLIENT_NOT_ALLOWED' });
    await assert.rejects(call(undefined), { code: 'UNAVAILABLE' });
    await assert.rejects(call(identities.forged), { code: 'UNAVAILABLE' });
    await assert.rejects(call(identities.gateway, 'another-name'), { code: 'UNAVAILABLE' });
    await assert.rejects(call(identities.gateway, 'prover', stranger.certificate), { code: 'UNAVAILABLE' });
    assert.equal(peers.length, 1);
  });
});

async function health(t: TestContext, address: string, service: string): Promise<string> {
  const client = foreignClient(t, address, healthProtoPath, 'grpc.health.v1.Health');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  client.Check?.({ service }, (error: Error | null, response?: { status: string }) => {
    if (error === null && response) resolve(response.status);
    else reject(error);
  });
  return promise;
}

interface Reflected {
  readonly listServicesResponse: { readonly service: readonly { readonly name: string }[] } | null;
  readonly fileDescriptorResponse: { readonly fileDescriptorProto: readonly Uint8Array[] } | null;
}

async function reflect(t: TestContext, address: string, request: object): Promise<Reflected> {
  const path = new URL(import.meta.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto'));
  const client = foreignClient(t, address, path.pathname, 'grpc.reflection.v1.ServerReflection');
  const stream = client.ServerReflectionInfo?.() as ClientDuplexStream<object, Reflected>;
  stream.write(request);
  stream.end();
  for await (const response of stream) return response as Reflected;
  throw new Error('reflection did not answer');
}

/** A client made from a proto file at run time, as tools are that know nothing of us. */
function foreignClient(t: TestContext, address: string, path: string, service: string) {
  const packages = loadPackageDefinition(loadSync(path, { enums: String, defaults: false, oneofs: true }));
  const Made = service
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], packages) as ServiceClientConstructor;
  const client = new Made(address, clientCredentials({ kind: 'insecure-loopback' }, address));
  t.after(() => client.close());
  return client as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>;
}
