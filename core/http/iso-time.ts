// A moment as the JSON API writes it; null where there is none, or no such moment exists.

export function isoTime(time: number | null): string | null {
  if (time === null) return null
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
