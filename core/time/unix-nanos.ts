// A stored time as nanoseconds since 1970: to the digit, which a number could not hold.

/**
 * `time` is canonical UTC text with up to nine fraction digits; null where it is none. The digits it does not have are the last ones of `filler`:
 * `.013` and filler 42 give `.013000042`.
 */
export function unixNanos(time: string, filler = 0): bigint | null {
  const point = time.indexOf('.')
  const end = time.length - 1
  const digits = point === -1 ? 0 : end - point - 1
  if (digits > 9) return null
  const seconds = Date.parse(point === -1 ? time : `${time.slice(0, point)}Z`) / 1000
  const fraction = digits <= 0 ? 0 : Number(time.slice(point + 1, end)) * 10 ** (9 - digits)
  if (!Number.isInteger(seconds) || !Number.isInteger(fraction)) return null
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction + (filler % 10 ** (9 - digits)))
}
