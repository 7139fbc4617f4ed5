import { once } from 'node:events';
import { createServer } from 'node:net';
import { NATS_CONFIG } from '@assay/launch';
import type { ContainerRuntimeClient, StartedTestContainer } from 'testcontainers';
import { TestkitError } from './error.ts';
import type { NatsBackend, TestNats } from './nats-backend.ts';
import { ensureNatsImage } from './nats-image.ts';

const CLIENT_PORT = 4222;
const MONITOR_PORT = 8222;

/** Servers in containers; `NO_ENGINE` when no Docker engine answers. Nothing is pulled, nothing runs beside the servers. */
export async function containerBackend(): Promise<NatsBackend> {
  // The library reads these when it is loaded. Its reaper would be pulled; each test removes what it started.
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  process.env.TESTCONTAINERS_HOST_OVERRIDE ??= 'localhost';
  const { getContainerRuntimeClient } = await import('testcontainers');
  const engine = await getContainerRuntimeClient().catch((cause: unknown) => {
    throw new TestkitError('NO_ENGINE', 'no Docker engine answers: see infra/containers.md', { cause });
  });
  const image = await ensureNatsImage(engine.container.dockerode);
  return { kind: 'container', start: () => startContainer(engine, image) };
}

async function startContainer(engine: ContainerRuntimeClient, image: string): Promise<TestNats> {
  const { GenericContainer, Wait } = await import('testcontainers');
  // Fixed host ports: the engine would choose others after each restart.
  const [port, monitorPort] = [await freePort(), await freePort()];
  const container = await new GenericContainer(image)
    .withPullPolicy({ shouldPull: () => false })
    .withExposedPorts({ container: CLIENT_PORT, host: port }, { container: MONITOR_PORT, host: monitorPort })
    .withCopyFilesToContainer([{ source: NATS_CONFIG, target: '/nats.conf' }])
    .withCommand([
      ...['/nats-server', '--config', '/nats.conf', '--store_dir', '/store', '--addr', '0.0.0.0'],
      ...['--port', String(CLIENT_PORT), '--http_port', String(MONITOR_PORT)],
    ])
    .withWaitStrategy(Wait.forLogMessage('Server is ready'))
    .start();
  return handleOf(engine, container, { port, monitorPort });
}

function handleOf(
  engine: ContainerRuntimeClient,
  container: StartedTestContainer,
  { port, monitorPort }: { readonly port: number; readonly monitorPort: number },
): TestNats {
  const close = async () => void (await container.stop({ timeout: 0 }));
  return {
    url: `nats://${container.getHost()}:${port}`,
    monitorUrl: `http://${container.getHost()}:${monitorPort}`,
    kill: async () => void (await engine.container.getById(container.getId()).kill({ signal: 'SIGKILL' })),
    restart: () => container.restart({ timeout: 0 }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
