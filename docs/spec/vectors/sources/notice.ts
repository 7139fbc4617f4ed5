import { checkNotice, formatNotice, type Notice, parseTrust } from '@assay/verify';
import { declinedNotice, noticeLog, noticeOf, SUBJECT } from '../../../../packages/verify/test/notice-world.ts';
import { jsonBytes, trustJson } from '../../../../packages/verify/test/world.ts';
import type { Vector } from './encode.ts';

/** Notices with the trust file that they are checked under, and what is found. Their proofs are simulated: the keys' secrets are known. */
export async function noticeVectors(): Promise<Vector> {
  const { verificationKeys, ...rest } = trustJson();
  const used = ['decision-additive', 'reasons-additive'].map((circuit) => [circuit, verificationKeys[circuit]]);
  const document = { ...rest, verificationKeys: Object.fromEntries(used) };
  const trust = parseTrust(jsonBytes(document));
  const found = (notice: Notice, subject: bigint): Vector => {
    const bytes = formatNotice(notice);
    const { checks } = checkNotice(bytes, trust, { subject });
    return {
      subject: String(subject),
      notice: JSON.parse(new TextDecoder().decode(bytes)) as Vector,
      checks: checks.map(({ name, result }) => `${name} ${result}`),
    };
  };
  const declined = await declinedNotice();
  const [first] = declined.reasons!.named;
  const told = { ...declined.reasons!, named: [{ ...first!, text: 'Collateral' }] };
  return {
    trust: document as unknown as Vector,
    declined: found(declined, SUBJECT),
    approved: found(await noticeOf(await noticeLog('approved', []), 'approved'), SUBJECT),
    'of another applicant': found(declined, SUBJECT + 1n),
    'told by another code': found({ ...declined, reasons: told }, SUBJECT),
  };
}
