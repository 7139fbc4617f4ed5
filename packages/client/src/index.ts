export { gateway, model, operation, statement, verifier, window } from '@assay/contracts';
export {
  type CallOptions,
  type ClientOptions,
  type ClientSecurity,
  type FieldViolation,
  type RpcCode,
  RpcError,
} from '@assay/rpc';
export { isFinal, isSettled } from './applications.ts';
export { ClientError, type ClientErrorCode } from './error.ts';
export {
  type EventPosition,
  GatewayClient,
  type ReceivedEvent,
  type SubscribeOptions,
  type WatchOptions,
  type WindowName,
} from './gateway-client.ts';
export type { ModelUpload } from './model-upload.ts';
export { type EntryName, type Filter, VerifierClient } from './verifier-client.ts';
