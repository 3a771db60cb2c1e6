// JSON read without rounding: integers that a double cannot hold become bigints, as far as 64 bits go.
import { randomUUID } from 'node:crypto'

export type ExactJson = string | number | bigint | boolean | null | ExactJson[] | { [name: string]: ExactJson }

/** A double holds any integer of 15 digits. */
const MAYBE_LONG = /\d{16}/
/** Strings are tokens of their own, so that digits in them stay what they are. */
const STRINGS_AND_NUMBERS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs
const LONG_INTEGER = /^-?[1-9]\d{15,}$/
/** Stands before the digits on their way through `JSON.parse`. Nobody outside can know it. */
const MARK = randomUUID()
const MAX_INT64 = 2n ** 63n - 1n
const MIN_INT64 = -(2n ** 63n)

/** As `JSON.parse`, which it throws like and which it leaves the work to unless there are long runs of digits. */
export function parseExact(text: string): ExactJson {
  if (!MAYBE_LONG.test(text)) return JSON.parse(text) as ExactJson
  return JSON.parse(marked(text), (_key, value: ExactJson) => (typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value)) as ExactJson
}

function marked(text: string): string {
  return text.replace(STRINGS_AND_NUMBERS, (token: string) => {
    if (!LONG_INTEGER.test(token) || Number.isSafeInteger(Number(token))) return token
    const value = BigInt(token)
    return value > MAX_INT64 || value < MIN_INT64 ? token : `"${MARK}${token}"`
  })
}
