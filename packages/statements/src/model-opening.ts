import { fr } from '@assay/field';
import { StatementError } from './error.ts';
import { FAMILIES, familyOf } from './families/families.ts';
import type { CommittedModel } from './families/family.ts';
import { element, type JsonMembers, parseMembers } from './opening-json.ts';

/** The format's version. */
const VERSION = 1;

/**
 * A model with its salt as the bytes that are sealed to the prover of its conformance: UTF-8 JSON
 * `{"v": 1, "model": {"family": ..., ...}, "modelSalt": ...}`, every number a decimal string. A secret.
 *
 * @throws StatementError `out-of-range` for a size that no circuit has
 */
export function encodeModelOpening({ model, modelSalt }: CommittedModel): Uint8Array {
  const family = familyOf(model);
  const members = { family: family.name, ...family.encode(model) };
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, model: members, modelSalt: String(modelSalt) }));
}

/**
 * Reads the bytes strictly: form alone. Whether the parameters keep their ranges is what conformance shows, and whether
 * they are the model's is for `modelCommitment` to say.
 *
 * @throws StatementError `malformed-document`, `out-of-range`, naming the member and never a value
 */
export function decodeModelOpening(bytes: Uint8Array): CommittedModel {
  const document = parseMembers(bytes, 'opening', ['v', 'model', 'modelSalt']);
  if (document.v !== VERSION) throw new StatementError('malformed-document', 'opening.v', 'not a known version');
  const { model } = document;
  const { family: name, ...members }: JsonMembers = typeof model === 'object' && model !== null ? { ...model } : {};
  const family = FAMILIES.find((known) => known.name === name);
  if (family === undefined) {
    throw new StatementError('malformed-document', 'opening.model.family', 'not a known family');
  }
  return {
    model: family.decode(members, 'opening.model'),
    modelSalt: fr(element(document.modelSalt, 'opening.modelSalt')),
  };
}
