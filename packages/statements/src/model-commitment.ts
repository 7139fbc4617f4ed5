import type { Fr } from '@assay/field';
import { familyOf } from './families/families.ts';
import type { CommittedModel } from './families/family.ts';
import { oncePerObject } from './once.ts';

/** `modelCommitment` of docs/spec/statements.md; computed once for each model. */
export const modelCommitment: (committed: CommittedModel) => Fr = oncePerObject((committed) =>
  familyOf(committed.model).commitment(committed),
);
