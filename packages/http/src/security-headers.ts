/** Policy of what is no page: nothing may be run or loaded, should a browser take it for one. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Policy of the pages of the console: its own scripts, styles, images and calls, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that every response has; a Content-Security-Policy only where it has none of its own. */
export function secure(response: Response, overTls: boolean): Response {
  const { headers } = response;
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', API_POLICY);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  if (overTls) headers.set('strict-transport-security', 'max-age=31536000');
  return response;
}
