import { useEffect, useState } from 'preact/hooks';
import type { CheckResult, VerifyReply, VerifyRequest } from './check.ts';

/** How far the checks of one envelope are. */
export interface Checking {
  readonly results: readonly CheckResult[];
  readonly state: 'waiting' | 'running' | 'done' | 'broken';
  /** Why nothing could be checked, when it is broken. */
  readonly why?: string;
}

const WAITING: Checking = { results: [], state: 'waiting' };

/** Has the worker check what `request` holds, once it is there; again whenever it is another object. */
export function useChecks(request: VerifyRequest | undefined): Checking {
  const [checking, setChecking] = useState(WAITING);
  useEffect(() => {
    setChecking(WAITING);
    if (request === undefined) return;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'verify' });
    const broken = (why: string): void => setChecking((before) => ({ ...before, state: 'broken', why }));
    worker.onerror = ({ message }) => broken(message || 'the program that checks could not be loaded');
    worker.onmessage = ({ data }: MessageEvent<VerifyReply>) => {
      if (data.type === 'broken') return broken(data.why);
      setChecking(({ results }) =>
        data.type === 'done' ? { results, state: 'done' } : { results: [...results, data.result], state: 'running' },
      );
    };
    worker.postMessage(request);
    return () => worker.terminate();
  }, [request]);
  return checking;
}
