import { promisify } from 'node:util';
import { Server, type ServiceDefinition } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, protoPath as healthProtoPath } from 'grpc-health-check';
import { type HostPort, parseAddress } from './address.ts';
import { descriptorSet } from './descriptors.ts';
import { grpcHandlers } from './grpc-handlers.ts';
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from './limits.ts';
import { serviceName } from './method.ts';
import { serverCredentials } from './security.ts';
import { CallRunner } from './served-call.ts';
import type { ServerOptions } from './server-options.ts';

/** How a drain ended. */
export type DrainResult = 'drained' | 'forced';

/** A gRPC server for generated services, with health and reflection. */
export class RpcServer {
  readonly #server: Server;
  readonly #runner: CallRunner;
  readonly #health: HealthImplementation;
  readonly #names: readonly string[];
  readonly #options: ServerOptions;
  #drained: Promise<DrainResult> | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#server = new Server(channelOptions({ ...DEFAULT_SERVER_LIMITS, ...options.limits }));
    this.#runner = new CallRunner(options);
    this.#names = options.services.map(({ service }) => serviceName(service));
    for (const served of options.services) {
      this.#server.addService(served.service as unknown as ServiceDefinition, grpcHandlers(served, this.#runner));
    }
    this.#health = new HealthImplementation(
      Object.fromEntries(['', ...this.#names].map((name) => [name, 'NOT_SERVING'])),
    );
    this.#health.addToServer(this.#server);
    reflection(this.#names).addToServer(this.#server);
  }

  /**
   * Binds an address, `host:port` with port 0 for any free one, starts to serve, and gives what was bound. Health is
   * SERVING from then on.
   *
   * @throws RpcError `FAILED_PRECONDITION` for an insecure address beyond this machine; an Error when it is taken
   */
  async listen(address: string): Promise<HostPort> {
    const { host } = parseAddress(address);
    const credentials = serverCredentials(this.#options.security, address);
    const port = await promisify(this.#server.bindAsync.bind(this.#server))(address, credentials);
    this.setServing(true);
    return { host, port };
  }

  /** Tells load balancers and orchestrators whether to send calls here; calls are served all the same. */
  setServing(serving: boolean): void {
    for (const name of ['', ...this.#names]) this.#health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  }

  /**
   * Stops: health turns NOT_SERVING, handlers learn of it by `Call.draining`, nothing new is taken, and calls in progress
   * may finish. What still runs after the bound is cut off. Draining again waits for the first.
   *
   * @param boundMs the longest wait, in milliseconds
   */
  drain(boundMs: number): Promise<DrainResult> {
    this.#drained ??= this.#drain(boundMs);
    return this.#drained;
  }

  async #drain(boundMs: number): Promise<DrainResult> {
    this.setServing(false);
    this.#runner.drain();
    const { promise: forced, resolve: force } = Promise.withResolvers<DrainResult>();
    const timer = setTimeout(() => {
      this.#server.forceShutdown();
      force('forced');
    }, boundMs);
    const drained = promisify(this.#server.tryShutdown.bind(this.#server))().then((): DrainResult => 'drained');
    try {
      return await Promise.race([drained, forced]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function channelOptions({
  maxReceiveBytes,
  maxSendBytes,
  maxStreamsPerConnection,
}: ServerLimits): Record<string, number> {
  return {
    'grpc.max_receive_message_length': maxReceiveBytes,
    'grpc.max_send_message_length': maxSendBytes,
    'grpc.max_concurrent_streams': maxStreamsPerConnection,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
  };
}

/** Describes what is served, and nothing else of the contracts. */
function reflection(names: readonly string[]): ReflectionService {
  const packages = { ...loadFileDescriptorSetFromBuffer(descriptorSet()), ...loadSync(healthProtoPath) };
  return new ReflectionService(packages, { services: [...names, 'grpc.health.v1.Health'] });
}
