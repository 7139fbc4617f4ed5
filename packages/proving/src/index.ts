export { ed25519FileSigner } from './envelope-signer.ts';
export { ProvingError, type ProvingErrorCode } from './error.ts';
export { proofMessage } from './proof-message.ts';
export { publishOutbox, reconcile } from './publisher.ts';
export { type StartEngineOptions, type StartedEngine, startEngine } from './start-engine.ts';
export { type PinnedKeys, StatementProver } from './statement-prover.ts';
