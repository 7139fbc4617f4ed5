// Checks envelopes away from the page, which stays responsive meanwhile. It is sent bytes and makes no request of its own.
import { parseTrust } from '@assay/verify';
import type { VerifyReply, VerifyRequest } from './check.ts';
import { checkSubject } from './check-subject.ts';

const reply = (message: VerifyReply): void => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<VerifyRequest>) => {
  try {
    for (const result of checkSubject(data.subject, parseTrust(data.trust))) reply({ type: 'check', result });
    reply({ type: 'done' });
  } catch (error) {
    reply({ type: 'broken', why: error instanceof Error ? error.message : String(error) });
  }
});
