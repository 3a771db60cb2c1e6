// Finds one record by its id, and what its source said before and after it.
import { closeSync, openSync } from 'node:fs'
import { StoredLine } from '../../journal/stored-line.ts'
import type { BlockPlace, LinePick } from '../scan/task.ts'
import type { Context, FoundRecord, Gone } from '../store.ts'
import type { StoreParts } from './search-run.ts'
import type { ReadableSegment } from '../../journal/readable-segment.ts'

/** A source may have been silent for a year: what is farther away is no context. 100 MB, half a second. */
const MAX_BLOCKS = 100

/** A file is replaced between being found and being opened at most twice in a row. */
const TRIES = 3

export async function findRecord(parts: StoreParts, id: string): Promise<FoundRecord | Gone> {
  const search = new Neighbourhood(parts)
  try {
    return (await search.record(id)).found
  } finally {
    search.close()
  }
}

export async function findContext(parts: StoreParts, id: string, before: number, after: number): Promise<Context | Gone> {
  const search = new Neighbourhood(parts)
  try {
    const { found, place } = await search.record(id)
    if ('gone' in found || place === null) return found as Gone
    const { source } = new StoredLine(0, 0, Buffer.from(found.text)).value
    return { before: await search.around(place, source, before, -1), record: found, after: await search.around(place, source, after, 1) }
  } finally {
    search.close()
  }
}

interface Place {
  readonly segment: ReadableSegment
  readonly record: number
}

/** The segments as they are now, and where blocks are in those that were looked at. */
class Neighbourhood {
  readonly #parts: StoreParts
  readonly #segments: ReadableSegment[]
  readonly #blocks = new Map<number, BlockPlace[]>()
  readonly #open: number[] = []

  constructor(parts: StoreParts) {
    this.#parts = parts
    this.#segments = parts.segments.list()
  }

  close(): void {
    for (const fd of this.#open.splice(0)) closeSync(fd)
  }

  async record(id: string): Promise<{ found: FoundRecord | Gone; place: Place | null }> {
    const match = /^(\d{1,12})-(\d{1,12})$/.exec(id)
    const number = Number(match?.[1])
    const record = Number(match?.[2])
    const last = this.#segments.at(-1)
    if (match === null || last === undefined || number > last.number) return { found: { gone: 'never' }, place: null }
    const segment = this.#segments.find((one) => one.number === number)
    // Numbers are given in order: what is below the newest and not there has been.
    if (segment === undefined) return { found: { gone: 'deleted' }, place: null }
    if (record >= segment.records) return { found: { gone: 'never' }, place: null }
    const block = (await this.#blocksOf(segment)).find(({ first, records }) => record >= first && record < first + records)
    const lines = block === undefined ? null : await this.#lines(block, { kind: 'record', record })
    const text = lines?.[0]?.text
    if (text === undefined) return { found: { gone: 'deleted' }, place: null }
    if (text.endsWith(',"erased":true}')) return { found: { gone: 'deleted', since: erasedAt(text) }, place: null }
    return { found: { id, text }, place: { segment, record } }
  }

  /** Up to `limit` records of the source next to the place in one direction, ascending. */
  async around({ segment, record }: Place, source: string, limit: number, direction: -1 | 1): Promise<FoundRecord[]> {
    const found: FoundRecord[] = []
    let looked = 0
    let at = this.#segments.indexOf(segment)
    for (let own = true; at >= 0 && at < this.#segments.length && found.length < limit; at += direction, own = false) {
      const blocks = await this.#blocksOf(this.#segments[at] as ReadableSegment)
      for (const block of direction === 1 ? blocks : blocks.toReversed()) {
        if (found.length >= limit || looked >= MAX_BLOCKS) return found
        const beyond = direction === 1 ? block.first + block.records <= record + 1 : block.first >= record
        if (own && beyond) continue
        looked++
        const wanted = { kind: 'source' as const, source, limit: limit - found.length }
        const from = own ? record : direction === 1 ? -1 : Infinity
        const lines = await this.#lines(block, direction === 1 ? { ...wanted, above: from, below: null } : { ...wanted, above: null, below: from })
        if (direction === 1) found.push(...lines)
        else found.unshift(...lines)
      }
    }
    return found
  }

  async #lines(block: BlockPlace, pick: LinePick): Promise<FoundRecord[]> {
    let lines = await this.#parts.pool.run({ kind: 'lines', block, pick })
    for (let tries = 1; lines === null && tries <= TRIES; tries++) {
      // Replaced meanwhile, as erasing does: the new file has the same blocks with the same numbers.
      const segment = this.#parts.segments.list().find(({ number }) => number === block.segment)
      const again = segment === undefined ? undefined : (await this.#sealedBlocks(segment)).find(({ first }) => first === block.first)
      if (again === undefined) break
      lines = await this.#parts.pool.run({ kind: 'lines', block: again, pick })
    }
    if (lines === null || typeof lines === 'string') return []
    return lines.texts.map((text, i) => ({ id: `${block.segment}-${lines.records[i]}`, text }))
  }

  async #blocksOf(segment: ReadableSegment): Promise<BlockPlace[]> {
    let blocks = this.#blocks.get(segment.number)
    if (blocks === undefined) this.#blocks.set(segment.number, (blocks = segment.kind === 'raw' ? await this.#rawBlocks(segment) : await this.#sealedBlocks(segment)))
    return blocks
  }

  async #sealedBlocks({ number, path, index }: ReadableSegment): Promise<BlockPlace[]> {
    const file = await this.#parts.pool.run({ kind: 'blocks', file: { segment: number, path, index } }, { thread: number })
    return (file?.entries ?? []).map((entry) => ({ ...entry, kind: 'sealed', path, identity: file?.identity ?? '', segment: number, whole: true, oddNumbers: true }))
  }

  async #rawBlocks(segment: ReadableSegment): Promise<BlockPlace[]> {
    const fd = openRaw(segment.path)
    if (fd === null) {
      // Sealed a moment ago: it has the same records under the same numbers.
      const sealed = this.#parts.segments.list().find(({ number, kind }) => number === segment.number && kind === 'sealed')
      return sealed === undefined ? [] : this.#sealedBlocks(sealed)
    }
    this.#open.push(fd)
    let first = 0
    return (await this.#parts.tables.cells(segment, fd)).map(({ start, end, records }): BlockPlace => {
      const place: BlockPlace = { kind: 'raw', fd, segment: segment.number, offset: start, length: end - start, raw: end - start, records, first, whole: true, oddNumbers: true }
      first += records
      return place
    })
  }
}

function openRaw(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** When, epoch ms; the time of such a line is the record's own. */
function erasedAt(text: string): number {
  const { at, time } = new StoredLine(0, 0, Buffer.from(text)).value as { at?: unknown; time: string }
  return Date.parse(typeof at === 'string' ? at : time)
}
