// Reads the sequence numbers of what a server has stored, in the order it was stored.
import { sequenceOf } from '../generate/sequence-of.ts'
import type { SequenceTally } from '../generate/sequence-tally.ts'
import { bodyLines } from './body-lines.ts'
import type { ServerClient } from './server-client.ts'

/** Ids are `segment-record`. */
const ID = /^\{"id":"(\d+)-(\d+)"/
/** Records of a segment, as many as one number tells apart: segments are far smaller. */
const RECORDS = 2 ** 28

/** Throws ServerError. 16 bytes of memory a record. */
export async function verifyServer(client: ServerClient, query: string, tally: SequenceTally): Promise<void> {
  const answer = await client.ask(`api/export?${new URLSearchParams({ q: query, format: 'ndjson' })}`)
  let places = new Float64Array(64 * 1024)
  let numbers = new Float64Array(64 * 1024)
  let count = 0
  for await (const line of bodyLines(answer)) {
    const id = ID.exec(line)
    const seq = sequenceOf(line, null)
    if (id === null || seq === null) continue
    if (count === places.length) {
      places = grown(places)
      numbers = grown(numbers)
    }
    places[count] = Number(id[1]) * RECORDS + Number(id[2])
    numbers[count++] = seq
  }
  // The export is newest first by time; what came in order is in order by place.
  const order = Uint32Array.from({ length: count }, (_, at) => at).sort((a, b) => (places[a] as number) - (places[b] as number))
  for (const at of order) tally.add(numbers[at] as number)
}

function grown(from: Float64Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2)
  to.set(from)
  return to
}
