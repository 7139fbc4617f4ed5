import { keyIdOf } from '@assay/verify';
import { base64 } from '../verify/base64.ts';
import type { RegisteredKey, Subject } from '../verify/check.ts';
import { getBytesIfKept, getJson } from './request.ts';
import type { RegistrationPage, StatementDetail } from './types.ts';

/** Fetches all bytes that the browser needs to check a statement by itself. @throws ApiError */
export async function loadSubject(statement: StatementDetail, signal: AbortSignal): Promise<Subject> {
  const { digest, links, leaf } = statement;
  const [envelope, receipt, table, bankKeys] = await Promise.all([
    statement.envelopeKept ? getBytesIfKept(pathOf(digest, 'envelope'), signal) : undefined,
    statement.index === undefined ? undefined : getBytesIfKept(pathOf(digest, 'receipt'), signal),
    links.table === undefined ? undefined : getBytesIfKept(pathOf(digest, 'table'), signal),
    loadKeys(statement, signal),
  ]);
  return { digest, envelope, receipt, table, bankKeys, leaf: leaf === undefined ? undefined : base64(leaf) };
}

/** The registration of the key that signed it, with its own receipt. */
async function loadKeys({ bank, envelope }: StatementDetail, signal: AbortSignal): Promise<readonly RegisteredKey[]> {
  if (bank === undefined || envelope === undefined || envelope.predicateType === 'registration') return [];
  const page = await getJson<RegistrationPage>('/v1/registrations', { kind: 'bank-key', bank, limit: 200 }, signal);
  const own = page.registrations.filter(({ body }) => {
    const key = base64(String(body.publicKey));
    return key.length === 32 && keyIdOf(key) === envelope.keyId;
  });
  const loaded = await Promise.all(own.map(({ digest }) => loadKey(digest, signal)));
  return loaded.filter((key) => key !== undefined);
}

async function loadKey(digest: string, signal: AbortSignal): Promise<RegisteredKey | undefined> {
  const [envelope, receipt, detail] = await Promise.all([
    getBytesIfKept(pathOf(digest, 'envelope'), signal),
    getBytesIfKept(pathOf(digest, 'receipt'), signal),
    getJson<StatementDetail>(`/v1/statements/${digest}`, {}, signal),
  ]);
  if (envelope === undefined || receipt === undefined || detail.leaf === undefined) return undefined;
  return { envelope, receipt, leaf: base64(detail.leaf) };
}

function pathOf(digest: string, part: string): string {
  return `/v1/statements/${digest}/${part}`;
}
