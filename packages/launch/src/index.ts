export type { Exit } from './child.ts';
export { endRequest } from './end-request.ts';
export { LaunchError, type LaunchErrorCode } from './error.ts';
export { findNatsServer } from './nats-binary.ts';
export { NATS_CONFIG, NatsServer, type NatsServerOptions } from './nats-server.ts';
export { type ReadyLine, Service, type ServiceOptions } from './service.ts';
