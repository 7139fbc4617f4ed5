// Checks an applicant's notice away from the page. It makes no request: what it is given does not leave the browser.
import { checkNotice, type NoticeReport, parseTrust } from '@assay/verify';

/** A notice to check, and against what. */
export interface NoticeRequest {
  readonly notice: Uint8Array;
  /** The trust document's bytes. */
  readonly trust: Uint8Array;
  /** The secret that shows the notice to be the applicant's own, where they give it. */
  readonly subject: bigint | undefined;
}

/** What was found, or why nothing could be. */
export type NoticeReply =
  | { readonly type: 'report'; readonly report: NoticeReport }
  | { readonly type: 'broken'; readonly why: string };

const reply = (message: NoticeReply): void => postMessage(message);

addEventListener('message', ({ data: { notice, trust, subject } }: MessageEvent<NoticeRequest>) => {
  try {
    const report = checkNotice(notice, parseTrust(trust), subject === undefined ? {} : { subject });
    reply({ type: 'report', report });
  } catch (error) {
    reply({ type: 'broken', why: error instanceof Error ? error.message : String(error) });
  }
});
