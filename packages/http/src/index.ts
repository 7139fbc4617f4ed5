export { type ApiOptions, type Body, createApi, type Handler, type Served } from './api.ts';
export { type Caching, type ContentOptions, content, json } from './content.ts';
export { Contract, type Operation } from './contract.ts';
export { HttpProblem, invalid, type ProblemCode, type ProblemOptions, type Violation } from './error.ts';
export { EventStreams, type ServerEvent } from './event-stream.ts';
export type { Input } from './input.ts';
export { type Rate, RateLimiter } from './rate-limiter.ts';
export { HttpServer, type HttpServerOptions, type Responder } from './server.ts';
export { StaticFiles } from './static-files.ts';
export { TokenBook } from './token-book.ts';
export {
  EXAMINER_PATTERN,
  formatTokenRecord,
  newToken,
  parseTokenFile,
  type TokenRecord,
} from './token-file.ts';
