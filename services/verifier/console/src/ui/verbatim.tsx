/** A text as it stands, line by line. What scrolls has to be reachable by keyboard. */
export function Verbatim({ text }: { readonly text: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  return <pre tabIndex={0}>{text}</pre>;
}
