// A value out of text (logfmt, CSV, a named group) with the type that it plainly has.

/** Decimals of this many digits are all different doubles, so none is lost by being one. */
const SURE_DIGITS = 15
/** Exact as doubles, so that a division by one of them is rounded once, as reading the text would be. */
const POWERS = Array.from({ length: SURE_DIGITS + 1 }, (_, i) => 10 ** i)
/** The longest text that a double's shortest notation can be: `-0.0000010364964709903141`. */
const MAX_CHARS = 25

/**
 * A number or a boolean where nothing is lost by it: written as JSON, the value is the very text it was read from. So `200`, `-3`, `0.25`,
 * `true` and `false` have types; `007`, `1.10`, `+1`, `-0`, `1e5`, `0x1f`, `.5`, `TRUE`, `NaN` and integers beyond 2^53 stay text.
 *
 * Digits are added up while they are checked: over a million different texts 30 ns an integer and 35 a decimal, against 75 and 200 for
 * `String(Number(text)) === text`.
 */
export function typedValue(text: string): string | number | boolean {
  const first = text.charCodeAt(0)
  if (first === 116) return text === 'true' ? true : text
  if (first === 102) return text === 'false' ? false : text
  const { length } = text
  const start = first === 45 ? 1 : 0
  const lead = text.charCodeAt(start)
  if (!(lead >= 48 && lead <= 57) || length > MAX_CHARS) return text
  let value = 0
  let point = length
  for (let at = start; at < length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) value = value * 10 + digit
    else if (digit === -2 && point === length) point = at
    else return text
  }
  // JSON's numbers have no leading zero, and the lone zero has no sign.
  if (lead === 48 && (point > start + 1 || (start > 0 && point === length))) return text
  const digits = length - start
  if (point === length) {
    if (digits > SURE_DIGITS) return Number.isSafeInteger(Number(text)) ? Number(text) : text
    return start > 0 ? -value : value
  }
  // `1.10` and `5.` are no shortest notation; what is below 0.000001 has an exponent there.
  const final = text.charCodeAt(length - 1)
  if (final === 48 || final === 46) return text
  if (digits - 1 > SURE_DIGITS || (lead === 48 && length - point > 6)) return String(Number(text)) === text ? Number(text) : text
  const decimal = value / (POWERS[length - 1 - point] as number)
  return start > 0 ? -decimal : decimal
}
