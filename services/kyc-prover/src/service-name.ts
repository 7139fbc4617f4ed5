/** The service's name in messages, logs and traces. */
export const SERVICE = 'kyc-prover';
