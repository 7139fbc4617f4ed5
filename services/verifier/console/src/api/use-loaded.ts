import { useLayoutEffect, useState } from 'preact/hooks';

/** Where loading stands. While it is loaded anew, what was there before stays in `value`. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  /** Loads it again. */
  readonly again: () => void;
}

/**
 * Loads something for a page, again whenever `key` changes. What a load brings after the key has changed, or the page is
 * gone, is dropped.
 */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ key: string; value?: T; error?: unknown; loading: boolean }>({
    key,
    loading: true,
  });
  // Asked for before anything is painted: what comes back is what the page is for.
  useLayoutEffect(() => {
    const stop = new AbortController();
    setState((before) => {
      if (before.key !== key) return { key, loading: true };
      return before.loading ? before : { ...before, loading: true };
    });
    load(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ key, value, loading: false }),
      (error: unknown) => !stop.signal.aborted && setState({ key, error, loading: false }),
    );
    return () => stop.abort();
  }, [key, round]);
  const current = state.key === key ? state : { loading: true };
  return {
    value: (current as { value?: T }).value,
    error: (current as { error?: unknown }).error,
    loading: current.loading,
    again: () => setRound((before) => before + 1),
  };
}
