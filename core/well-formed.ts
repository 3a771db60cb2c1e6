// Text that can be written as UTF-8: half a surrogate pair becomes U+FFFD.

const SURROGATE = /[\uD800-\uDFFF]/

/** Looking costs a tenth of what replacing does. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text
}
