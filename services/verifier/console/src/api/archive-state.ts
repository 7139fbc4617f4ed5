import { useLayoutEffect, useState } from 'preact/hooks';
import { onSession, token } from '../session.ts';
import { getJson } from './request.ts';
import type { Archive } from './types.ts';

/** The archive's state as it was last seen, with when, and why there is none. */
export interface ArchiveState {
  readonly value: Archive | undefined;
  readonly seenAt: number | undefined;
  readonly error: unknown;
}

/** The state of the log at a moment of this session. */
export interface Sighting {
  readonly at: number;
  readonly size: number;
}

/** How often the state is asked for while some page shows it. */
const EVERY_MS = 10_000;
/** Sightings that are kept: more than an hour. */
const KEPT = 400;

let state: ArchiveState = { value: undefined, seenAt: undefined, error: undefined };
const sightings: Sighting[] = [];
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let soon: ReturnType<typeof setTimeout> | undefined;

/** The archive's state, kept up to date; all parts of a page share one. */
export function useArchive(): ArchiveState {
  const [, redraw] = useState(0);
  useLayoutEffect(() => {
    const listener = (): void => redraw((round) => round + 1);
    listeners.add(listener);
    if (listeners.size === 1) void refreshArchive();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) clearTimeout(timer);
    };
  }, []);
  return state;
}

/** The sizes that the log had in this session, oldest first. */
export function logSightings(): readonly Sighting[] {
  return sightings;
}

/** Asks for the state within a second, however often it is called meanwhile: something has arrived. */
export function refreshSoon(): void {
  if (soon !== undefined) return;
  soon = setTimeout(() => {
    soon = undefined;
    void refreshArchive();
  }, 1000);
}

/** Asks for the state now, and from now on again. */
export async function refreshArchive(): Promise<void> {
  clearTimeout(timer);
  if (token() !== undefined) {
    try {
      const value = await getJson<Archive>('/v1/archive');
      remember({ at: Date.now(), size: value.treeSize });
      state = { value, seenAt: Date.now(), error: undefined };
    } catch (error) {
      state = { ...state, error };
    }
    for (const listener of listeners) listener();
  }
  clearTimeout(timer);
  if (listeners.size > 0) timer = setTimeout(() => void refreshArchive(), EVERY_MS);
}

function remember(sighting: Sighting): void {
  sightings.push(sighting);
  if (sightings.length > KEPT) sightings.shift();
}

// Another examiner's session begins without what this one saw.
onSession(() => {
  if (token() === undefined) {
    state = { value: undefined, seenAt: undefined, error: undefined };
    sightings.length = 0;
  } else if (listeners.size > 0) void refreshArchive();
});
