// Where a live tail goes on for a client that comes back with the id it has.
import { type Place, tailPlace } from '../search/tail-place.ts'
import type { TailSource } from '../search/tail.ts'
import { HttpProblem } from './http-problem.ts'

/** `gap`: records behind the client's last one are gone, or nobody can tell. Throws an HttpProblem for what is no id. */
export function resumeTail(source: TailSource, id: string): { place: Place; gap: boolean } {
  const place = tailPlace(id)
  if (place === null) throw new HttpProblem(400, `cannot go on after ${JSON.stringify(id.slice(0, 80))}: an id looks like 12-3456. Send the id of the last event, or none.`)
  const head = source.head()
  // Of another data directory, or of one that lost its newest records: nothing can be said of what was missed.
  if (place.segment > head.segment || (place.segment === head.segment && place.record > head.record)) return { place: head, gap: true }
  const { segment: oldest } = source.beginning()
  // Segment 1 is the first there ever is. One that was deleted may have been read to its end before; nobody can tell any more.
  const beforeAll = place.segment === 0 && place.record === 0 && oldest === 1
  return { place, gap: place.segment < oldest && !beforeAll }
}
