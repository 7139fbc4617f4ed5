export { ed25519FileSigner } from './envelope-signer.ts';
export { ProvingError, type ProvingErrorCode } from './error.ts';
export { proofMessage } from './proof-message.ts';
export { publishOutbox, reconcile } from './publisher.ts';
export { StatementProver } from './statement-prover.ts';
