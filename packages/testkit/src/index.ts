export { TestkitError, type TestkitErrorCode } from './error.ts';
export { type NatsBackend, natsBackend, startNatsServer, type TestNats } from './nats-backend.ts';
export type { CollectedSpan } from './otlp.ts';
export { type SpawnedService, type SpawnOptions, spawnService } from './spawn-service.ts';
export { TraceCollector } from './trace-collector.ts';
