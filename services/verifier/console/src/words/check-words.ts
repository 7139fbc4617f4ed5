import type { BrowserCheck } from '../verify/check.ts';

/** What each of the browser's checks asks. */
export const BROWSER_CHECK_WORDS: Readonly<Record<BrowserCheck, string>> = {
  digest: 'These are the bytes that the address names',
  form: 'They are an envelope, and nothing is in it that does not belong',
  signer: 'The signer’s key is one that was registered for this',
  signature: 'The signer signed exactly these bytes',
  'verification-key': 'The verification key is one that the trust document pins',
  'public-signals': 'There are as many public signals as the key takes, all canonical',
  points: 'The proof’s points lie on their curves and in their groups',
  proof: 'The proof holds for these public signals',
  table: 'The encrypted table is the one that was proved',
  entry: 'The log’s entry is about this envelope',
  checkpoint: 'The log signed the checkpoint of the receipt',
  inclusion: 'The entry is in the log under that checkpoint',
  cosignatures: 'Log witnesses signed the checkpoint, too',
};

/** What each of the verifier's checks asks. */
export const VERIFIER_CHECK_WORDS: Readonly<Record<string, string>> = {
  signature: 'signed by a key registered for the bank',
  'verification-key': 'the verification key is pinned',
  'public-signals': 'number and range of the public signals',
  points: 'the proof’s points',
  proof: 'the proof itself',
  context: 'scope, policy, model and lists were those in force at the intake',
  uniqueness: 'nothing in it was used before',
  slot: 'the rules of its window: one closing for each intake, the tally, the total',
};
