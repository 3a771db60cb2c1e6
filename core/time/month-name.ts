// English names of months and days, of which the first three letters count.

const MONTHS = namesOf('jan feb mar apr may jun jul aug sep oct nov dec')
const DAYS = namesOf('mon tue wed thu fri sat sun')

/** 1 to 12 for the name that begins at `at`, in any case; 0 when there is none. */
export function monthAt(text: string, at: number): number {
  return MONTHS.get(keyAt(text, at)) ?? 0
}

/** 1 (Monday) to 7 for the name that begins at `at`, in any case; 0 when there is none. */
export function weekdayAt(text: string, at: number): number {
  return DAYS.get(keyAt(text, at)) ?? 0
}

/** Three letters as one small integer: no new string for a line that begins with another word. */
function keyAt(text: string, at: number): number {
  const a = text.charCodeAt(at)
  const b = text.charCodeAt(at + 1)
  const c = text.charCodeAt(at + 2)
  return a < 128 && b < 128 && c < 128 ? ((a | 32) << 14) | ((b | 32) << 7) | (c | 32) : 0
}

function namesOf(names: string): Map<number, number> {
  return new Map(names.split(' ').map((name, i) => [keyAt(name, 0), i + 1]))
}
