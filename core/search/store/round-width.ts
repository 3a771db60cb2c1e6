// The width of a histogram's buckets: a round one, aligned to the clock, so that buckets stay where they are while time moves on.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** From a minute on each is whole minutes, which indexes count by. */
const WIDTHS = [1, 2, 5, 10, 20, 50, 100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY]

/** Epoch ms: the least width with which the span touches at most `buckets` buckets, or days enough. */
export function roundWidth(from: number, to: number, buckets: number): number {
  for (const width of WIDTHS) if (touched(from, to, width) <= buckets) return width
  let days = 14
  while (touched(from, to, days * DAY) > buckets && days * DAY < to - from) days *= 2
  return days * DAY
}

function touched(from: number, to: number, width: number): number {
  return Math.ceil(to / width) - Math.floor(from / width)
}
