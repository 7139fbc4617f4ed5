import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { href } from '../route.ts';
import { utc } from '../words/time-words.ts';

/** A moment, in UTC; the exact value for machines. */
export function Time({ at }: { readonly at: string }) {
  return <time dateTime={at}>{utc(at)}</time>;
}

/** A long value, cut on the screen and whole in print, for screen readers, and when it is copied. */
export function Digest({ value, label }: { readonly value: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <span class="digest">
      <code class="whole">{value}</code>
      {navigator.clipboard !== undefined && (
        <button type="button" class="small no-print" onClick={() => void copy()} aria-label={`Copy ${label}`}>
          {copied ? 'copied' : 'copy'}
        </button>
      )}
    </span>
  );
}

/** A digest as a table has it: its first characters, the whole of it in print and on hovering. */
export function ShortDigest({ value }: { readonly value: string }) {
  return (
    <code class="short" title={value}>
      <span class="no-print" aria-hidden="true">
        {value.slice(0, 10)}…
      </span>
      <span class="only-print-or-read">{value}</span>
    </code>
  );
}

/** Names with values. */
export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

/** One of them. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A link to a statement by its leaf index or digest. */
export function StatementLink({
  name,
  children,
}: {
  readonly name: string | number;
  readonly children: ComponentChildren;
}) {
  return <a href={href(['statements', name])}>{children}</a>;
}

/** A window's page. */
export function windowHref(scope: string, number: number): string {
  return href(['windows', ...scope.split('/'), number]);
}
