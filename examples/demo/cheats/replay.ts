import { randomScalar } from '@assay/field';
import { decodeProof, encodeProof, type Groth16Proof } from '@assay/groth16';
import { type ProofPredicate, sealEnvelope } from '@assay/verify';
import { bn254 } from '@noble/curves/bn254.js';
import { type Cheat, next, rejectedAs } from './cheat.ts';

/** A decision that counts twice: first the same bytes again, then the same statement under a proof that looks new. */
export const replay: Cheat = async (context) => {
  const { bank, model, narrator } = context;
  const { verifier } = bank.scene.bank;
  const { envelope } = (await bank.honestApplication(next(context), model)).decision;
  const before = (await verifier.getCheckpoint()).treeSize;
  narrator.say('the bank sends an archived decision once more, byte for byte');
  await bank.send('decision', envelope, undefined, `again-${envelope.digest}`);
  narrator.say('and once more under a re-randomised proof, with a new signature');
  const predicate = envelope.predicate as ProofPredicate;
  const proof = encodeProof(rerandomised(decodeProof(envelope.proof)));
  const disguised = await sealEnvelope(predicate, proof, bank.scene.deployment.bankSigner);
  const heard = await bank.publish('decision', disguised);
  const result = rejectedAs('DUPLICATE_STATEMENT', 'logged one decision twice, in disguise the second time', heard);
  // The same bytes came first, and made no entry: the only new one is the rejection.
  const grown = (await verifier.getCheckpoint()).treeSize - before;
  return { ...result, caught: result.caught && grown === 1n };
};

/** Another valid proof of the same statement, which anybody can make: `(rA, B/r, C)` (eprint 2016/260, section 3.2). */
export function rerandomised({ a, b, c }: Groth16Proof): Groth16Proof {
  const { Fr } = bn254.fields;
  const r = Fr.create(randomScalar());
  const newA = bn254.G1.Point.fromAffine(a).multiply(r).toAffine();
  const newB = bn254.G2.Point.fromAffine({ x: b.x, y: b.y }).multiply(Fr.inv(r)).toAffine();
  return { a: newA, b: newB, c };
}
