// A span of time in words, short enough for a button.

/** As the address has them, with what people call them. */
export const QUICK_SPANS: ReadonlyArray<readonly [value: string, label: string]> = [
  ['5m', 'Last 5 minutes'], ['15m', 'Last 15 minutes'], ['1h', 'Last hour'], ['6h', 'Last 6 hours'], ['24h', 'Last 24 hours'], ['7d', 'Last 7 days'], ['30d', 'Last 30 days'], ['', 'All time'],
]

export function spanText(from: string, to: string): string {
  const quick = to === '' ? QUICK_SPANS.find(([value]) => value === from) : undefined
  if (quick !== undefined) return quick[1]
  const [start, end] = [moment(from), moment(to)]
  if (from === '') return `Until ${end}`
  if (to === '') return `Since ${start}`
  // The same day is not said twice.
  return start.length > 11 && start.slice(0, 11) === end.slice(0, 11) ? `${start} – ${end.slice(11)}` : `${start} – ${end}`
}

/** What is no date stays as it was typed. */
function moment(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d))?(\.\d+)?Z?$/.exec(text)
  if (match === null) return text.length > 24 ? `${text.slice(0, 24)}…` : text
  const [, day, minutes, seconds = '00', fraction = ''] = match
  const part = /[1-9]/.test(fraction) ? `:${seconds}${fraction}` : seconds === '00' ? '' : `:${seconds}`
  return `${day} ${minutes}${part}`
}
