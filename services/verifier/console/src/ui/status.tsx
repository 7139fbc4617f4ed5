import type { ComponentChildren } from 'preact';
import { ApiError } from '../api/problem.ts';
import type { Loaded } from '../api/use-loaded.ts';

/** A line that says that something is on its way. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="status loading" role="status">
      Loading {what} …
    </p>
  );
}

/** That a list has nothing in it, and why. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="status">{children}</p>;
}

/** What went wrong, in words, with the fields that were refused, and a way to try again. */
export function Failure({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const { message, problem } = error instanceof ApiError ? error : { message: String(error), problem: undefined };
  const wait = error instanceof ApiError ? error.retryAfter : undefined;
  return (
    <div class="failure" role="alert">
      <p>
        <strong>{problem?.title ?? 'This could not be loaded'}</strong>: {message}
        {wait !== undefined && ` Try again in ${wait} s.`}
      </p>
      {problem?.violations !== undefined && problem.violations.length > 0 && (
        <ul>
          {problem.violations.map(({ field, rule }) => (
            <li key={field}>
              <code>{field}</code>: {rule}
            </li>
          ))}
        </ul>
      )}
      {again !== undefined && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Shows what was loaded; until then that it is loading, and otherwise what went wrong. */
export function Show<T>(props: {
  readonly of: Loaded<T>;
  readonly what: string;
  readonly children: (value: T) => ComponentChildren;
}) {
  const { value, error, again } = props.of;
  if (error !== undefined) return <Failure error={error} again={again} />;
  if (value === undefined) return <Loading what={props.what} />;
  return <div aria-busy={props.of.loading}>{props.children(value)}</div>;
}
