export { type BusConfig, readBusConfig } from './bus-config.ts';
export { ConfigError, type ConfigErrorCode } from './error.ts';
export { Section } from './section.ts';
export { readSecurityConfig, type SecurityConfig } from './security-config.ts';
export { readSigningKey } from './signing-key.ts';
