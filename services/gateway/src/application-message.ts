import { gateway, statement } from '@assay/contracts';
import type { Application, ApplicationStatement } from './application.ts';

/** An application as the contract shows it. */
export function applicationMessage(
  application: Application,
  statements: readonly ApplicationStatement[],
): gateway.Application {
  const { id, requestId, scope, ordinal, state, outcome, commitment, slot, rejection, createdAt, updatedAt } =
    application;
  return {
    applicationId: id,
    requestId,
    scope,
    ordinal,
    state,
    outcome,
    applicantCommitment: commitment ?? '',
    ...(slot !== undefined && { slot }),
    statements: statements
      .filter(({ kind }) => kind !== statement.StatementKind.UNSPECIFIED)
      .map((known) => statementReference(known)),
    rejection: state === gateway.ApplicationState.REJECTED ? rejection : undefined,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}

/** A statement's place as the contract shows it. */
export function statementReference(known: ApplicationStatement): statement.StatementReference {
  const { digest, kind, result, index, failedCheck, code } = known;
  return {
    kind,
    digest: Buffer.from(digest, 'hex'),
    result,
    ...(index !== undefined && { index: BigInt(index) }),
    failedCheck,
    code,
  };
}
