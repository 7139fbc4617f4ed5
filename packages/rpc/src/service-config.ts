import { isIdempotent } from './descriptors.ts';
import { type Service, splitPath } from './method.ts';

/**
 * The grpc service config (grpc `doc/service_config.md`, gRFC A6) for a service: calls that the contract says may be
 * repeated are tried up to four times while the server is UNAVAILABLE, with exponential delays, until the deadline. When
 * most calls fail, retrying stops, so that clients do not keep a server down.
 */
export function retryConfig(service: Service): string {
  const name = Object.values(service)
    .filter(({ path }) => isIdempotent(path))
    .map(({ path }) => splitPath(path));
  const retryPolicy = {
    maxAttempts: 4,
    initialBackoff: '0.1s',
    maxBackoff: '2s',
    backoffMultiplier: 3,
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  return JSON.stringify({
    loadBalancingConfig: [],
    methodConfig: name.length === 0 ? [] : [{ name, retryPolicy }],
    retryThrottling: { maxTokens: 20, tokenRatio: 0.2 },
  });
}
