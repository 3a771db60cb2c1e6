// A closed segment made of given record lines, and its sealing into a temporary directory.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { emptyCounts } from '../../../../core/journal/counts.ts'
import { commitLine, stateLine } from '../../../../core/journal/frame.ts'
import type { Compression } from '../../../../core/journal/sealed/format.ts'
import { sealSegment, type Sealed } from '../../../../core/journal/sealed/seal-segment.ts'

export interface SealedAt extends Sealed {
  readonly jsonl: string
  readonly data: string
  readonly index: string
  /** All record lines as they should come out. */
  readonly text: string
}

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sawlog-sealed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A line as the journal stores it. */
export function storedLine(part: { time?: string; level?: string; source?: string; tags?: string[]; body?: unknown } = {}): string {
  const { time = '2026-11-01T00:00:00.013Z', level = 'info', source = 'app', tags = ['general'], body = 'hello' } = part
  return `{"time":"${time}","level":"${level}","source":${JSON.stringify(source)},"host":"web1","tags":${JSON.stringify(tags)},"body":${JSON.stringify(body)}}`
}

/** One frame for each list of lines. */
export function writeSegment(path: string, frames: ReadonlyArray<readonly string[]>, segment = 7): void {
  const parts = [stateLine({ journal: 'a-journal', segment, frame: 40, created: 1000, positions: { 'a/x': { offset: 5 } }, gaps: [], totals: emptyCounts(), supersedes: [] })]
  let first = 0
  for (const [n, lines] of frames.entries()) {
    const records = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    const counts = { ...emptyCounts(), records: lines.length, bytes: records.length }
    const to = 5 + first + lines.length
    parts.push(records, commitLine(records, { frame: 40 + n, first, count: lines.length, bytes: records.length, at: 2000 + n, times: lines.length > 0 ? [100 - n, 200 + n] : null, moves: [['a/x', { from: 5 + first, to: { offset: to } }]], keys: [], counts }))
    first += lines.length
  }
  writeFileSync(path, Buffer.concat(parts))
}

export function sealedFrom(frames: ReadonlyArray<readonly string[]>, options: { compression?: Compression; level?: number } = {}): SealedAt {
  const { compression = 'gzip', level = 1 } = options
  const folder = freshFolder()
  const jsonl = join(folder, '000000000007.jsonl')
  const name = `000000000007.json.${compression === 'zstd' ? 'zst' : 'gz'}`
  const [data, index] = [join(folder, name), join(folder, '000000000007.idx')]
  writeSegment(jsonl, frames)
  const sealed = sealSegment(jsonl, { data, index, name }, { segment: 7, length: statSync(jsonl).size, compression, level, now: 5000 })
  return { ...sealed, jsonl, data, index, text: frames.flat().map((line) => `${line}\n`).join('') }
}
