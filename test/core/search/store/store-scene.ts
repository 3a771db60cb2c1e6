// A store over segments made for a test: sealed ones with blocks of a few lines, and unsealed ones as the journal writes them.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { commitLine, stateLine } from '../../../../core/journal/frame.ts'
import { emptyCounts } from '../../../../core/journal/counts.ts'
import { type Compression, encodeBlock, encodeState } from '../../../../core/journal/sealed/format.ts'
import { IndexBuilder } from '../../../../core/journal/sealed/index-builder.ts'
import { writeIndex } from '../../../../core/journal/sealed/write-index.ts'
import { StoredLine } from '../../../../core/journal/stored-line.ts'
import type { ReadableSegment } from '../../../../core/journal/readable-segment.ts'

export class StoreScene {
  readonly directory = mkdtempSync(join(tmpdir(), 'sawlog-store-'))
  readonly segments: ReadableSegment[] = []
  /** The lines of each segment, by number. */
  readonly lines = new Map<number, readonly string[]>()

  list(): ReadableSegment[] {
    return this.segments
  }

  sealed(number: number, lines: readonly string[], { linesPerBlock = 40, compression = 'gzip' as Compression, index = true } = {}): void {
    const path = join(this.directory, `${String(number).padStart(12, '0')}.json.${compression === 'gzip' ? 'gz' : 'zst'}`)
    const indexPath = join(this.directory, `${String(number).padStart(12, '0')}.idx`)
    const builder = new IndexBuilder()
    const fd = openSync(path, 'w')
    let offset = 0
    for (let first = 0; first < lines.length; first += linesPerBlock) {
      const some = lines.slice(first, first + linesPerBlock)
      const raw = Buffer.from(some.map((line) => `${line}\n`).join(''))
      for (let at = 0; at < raw.length; ) {
        const end = raw.indexOf(10, at)
        builder.line(raw, at, end)
        at = end + 1
      }
      const block = encodeBlock(raw, some.length, first, compression, 1)
      builder.block({ offset, length: block.length, raw: raw.length, records: some.length, first })
      offset += writeSync(fd, block)
    }
    writeSync(fd, encodeState('{"v":1}', compression))
    closeSync(fd)
    if (index) writeIndex(indexPath, builder, number, { bytes: statSync(path).size, name: basename(path) })
    this.#list({ number, kind: 'sealed', path, index: indexPath, bytes: statSync(path).size, records: lines.length, ...timesOf(lines) }, lines)
  }

  /** `linesPerFrame`: what one commit closes. */
  raw(number: number, lines: readonly string[], { linesPerFrame = 30 } = {}): void {
    const path = join(this.directory, `${String(number).padStart(12, '0')}.jsonl`)
    const parts = [stateLine({ journal: 'test', segment: number, frame: 0, created: 0, positions: {}, gaps: [], totals: emptyCounts(), supersedes: [] })]
    let frame = 0
    for (let first = 0; first < lines.length; first += linesPerFrame) {
      const some = lines.slice(first, first + linesPerFrame)
      const bytes = Buffer.from(some.map((line) => `${line}\n`).join(''))
      // A commit line holds text of its own: here some that queries look for.
      parts.push(bytes, commitLine(bytes, { frame: frame++, first, count: some.length, bytes: bytes.length, at: 0, times: null, moves: [['card declined by issuer', { to: { offset: 1000 } }]], keys: [], counts: emptyCounts() }))
    }
    writeFileSync(path, Buffer.concat(parts))
    this.#list({ number, kind: 'raw', path, index: '', bytes: statSync(path).size, records: lines.length, ...timesOf(lines) }, lines)
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text)
  }

  /** Flips a bit that far into the segment's file. */
  damage(number: number, where: number): void {
    const { path } = this.segments.find((segment) => segment.number === number) as ReadableSegment
    const bytes = readFileSync(path)
    const at = Math.floor(bytes.length * where)
    bytes[at] = (bytes[at] as number) ^ 0x10
    writeFileSync(path, bytes)
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  #list(segment: ReadableSegment, lines: readonly string[]): void {
    this.segments.push(segment)
    this.lines.set(segment.number, lines)
  }
}

function timesOf(lines: readonly string[]): { firstTime: number | null; lastTime: number | null } {
  const times = lines.filter((line) => !line.endsWith(',"erased":true}')).map((line) => Date.parse(new StoredLine(0, 0, Buffer.from(line)).value.time))
  return { firstTime: times.length === 0 ? null : Math.min(...times), lastTime: times.length === 0 ? null : Math.max(...times) }
}
