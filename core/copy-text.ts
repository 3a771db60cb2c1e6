// The first characters of a text as a string of its own: V8's slices keep the whole parent alive, here often a 256 KiB chunk.

/** At most `maxChars` UTF-16 units; a surrogate pair cut in half becomes U+FFFD. */
export function copyText(text: string, maxChars: number): string {
  return Buffer.from(text.length > maxChars ? text.slice(0, maxChars) : text, 'utf8').toString('utf8')
}
