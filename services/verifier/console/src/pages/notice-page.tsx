import { useEffect, useState } from 'preact/hooks';
import { trustDocument } from '../api/trust-document.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Badge } from '../ui/badge.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Failure, Loading } from '../ui/status.tsx';
import type { NoticeReply, NoticeRequest } from '../verify/notice-worker.ts';
import { NoticeReportView } from './notice-report.tsx';
import { TrustNote } from './trust-note.tsx';

/** Where an applicant finds out whether what the bank told them is what was logged. Nothing that is pasted leaves the browser. */
export function NoticePage() {
  const document = useLoaded('notice/trust', trustDocument);
  const [text, setText] = useState('');
  const [secret, setSecret] = useState('');
  const [request, setRequest] = useState<NoticeRequest>();
  const reply = useNotice(request);
  const trust = document.value?.bytes;
  const check = (event: Event): void => {
    event.preventDefault();
    const subject = secret.trim() === '' ? undefined : BigInt(secret.trim());
    if (trust !== undefined) setRequest({ notice: new TextEncoder().encode(text), trust, subject });
  };
  const open = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) setText(await file.text());
  };
  return (
    <Page
      title="Check a notice"
      lead="Your bank gave you a notice of its decision. See here whether that decision was logged, and whether it is the one that you were told. Nothing that you enter leaves this browser."
    >
      <form class="notice-form no-print" onSubmit={check}>
        <p>
          <label for="notice-file">Open the notice</label>{' '}
          <input
            id="notice-file"
            type="file"
            accept="application/json,.json"
            onChange={({ currentTarget }) => void open(currentTarget.files?.[0])}
          />
        </p>
        <label for="notice-text">or paste it here</label>
        <textarea
          id="notice-text"
          rows={8}
          spellcheck={false}
          autocomplete="off"
          required
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p>
          <label for="notice-secret">
            Secret that the identity issuer gave you for this bank, as a number (not needed; it shows that the notice is
            yours)
          </label>{' '}
          <input
            id="notice-secret"
            type="password"
            inputMode="numeric"
            pattern="[0-9]{1,78}"
            autocomplete="off"
            value={secret}
            onInput={({ currentTarget }) => setSecret(currentTarget.value)}
          />
        </p>
        <button type="submit" disabled={trust === undefined}>
          Check
        </button>
      </form>
      {document.error !== undefined && <Failure error={document.error} again={document.again} />}
      {request !== undefined && (
        <Section
          id="found"
          title="What was found"
          note={document.value !== undefined && <TrustNote document={document.value} />}
        >
          {reply === undefined ? (
            <Loading what="the result of the checks" />
          ) : reply.type === 'broken' ? (
            <p role="alert">
              <Badge tone="bad">nothing checked</Badge> {reply.why}
            </p>
          ) : (
            <NoticeReportView report={reply.report} />
          )}
        </Section>
      )}
    </Page>
  );
}

function useNotice(request: NoticeRequest | undefined): NoticeReply | undefined {
  const [reply, setReply] = useState<NoticeReply>();
  useEffect(() => {
    setReply(undefined);
    if (request === undefined) return;
    const worker = new Worker(new URL('../verify/notice-worker.ts', import.meta.url), {
      type: 'module',
      name: 'notice',
    });
    worker.onerror = ({ message }) =>
      setReply({ type: 'broken', why: message || 'the program that checks could not be loaded' });
    worker.onmessage = ({ data }: MessageEvent<NoticeReply>) => setReply(data);
    worker.postMessage(request);
    return () => worker.terminate();
  }, [request]);
  return reply;
}
