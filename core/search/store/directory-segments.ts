// The segments in a data directory that is only read: beside a running server or without one, no lock taken, nothing written.
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readState, scanFrames, type SegmentState } from '../../journal/frame.ts'
import { readSealedState } from '../../journal/sealed/block-table.ts'
import type { ListedSegment, SegmentList } from './segment-list.ts'

const FILE = /^(\d{12})\.(jsonl|json\.gz|json\.zst)$/

interface Limits {
  /** Where earlier segments end that were given up after a failed write: what follows there was written again later. */
  readonly supersedes: SegmentState['supersedes']
}

type KnownFile = ListedSegment & Limits & { readonly identity: string }

/** Each listing looks at the directory; files that did not change are not read again. `directory` is the data directory. */
export function directorySegments(directory: string): SegmentList {
  const journal = join(directory, 'journal')
  let known = new Map<string, KnownFile>()
  return {
    list() {
      const files = new Map<string, KnownFile>()
      for (const name of newestFiles(readdirSync(journal))) {
        const path = join(journal, name)
        try {
          const file = name.endsWith('.jsonl') ? rawSegment(path, known.get(path)) : sealedSegment(path, known.get(path))
          if (file !== null) files.set(path, file)
        } catch (error) {
          // Sealed or deleted since the directory was read: the next listing has it right.
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
        }
      }
      known = files
      return limited([...files.values()])
    },
  }
}

/** One file for each number: while a segment is being sealed there are two with the same records. */
function newestFiles(names: readonly string[]): string[] {
  const byNumber = new Map<string, string>()
  for (const name of names.toSorted()) {
    const match = FILE.exec(name)
    if (match === null) continue
    const number = match[1] as string
    if (!(match[2] === 'jsonl' && byNumber.has(number))) byNumber.set(number, name)
  }
  return [...byNumber.values()]
}

function limited(files: readonly KnownFile[]): ListedSegment[] {
  const limits = new Map<number, number>()
  for (const { supersedes } of files) for (const { segment, bytes } of supersedes) limits.set(segment, bytes)
  return files.map((file) => ({ ...file, bytes: file.kind === 'raw' ? Math.min(file.bytes, limits.get(file.number) ?? Infinity) : file.bytes })).sort((a, b) => a.number - b.number)
}

function numberOf(path: string): number {
  return Number(/(\d{12})\.json/.exec(path)?.[1])
}

function sealedSegment(path: string, known: KnownFile | undefined): KnownFile {
  const { ino, size, mtimeMs } = statSync(path)
  const identity = `${ino}.${size}.${mtimeMs}`
  if (known?.identity === identity) return known
  const state = readSealedState(path)
  const file = { number: numberOf(path), kind: 'sealed' as const, path, index: path.replace(/\.json\.\w+$/, '.idx'), bytes: size, identity }
  // A file whose end is missing is still searched: all of it, whatever the times.
  if (state === null) return { ...file, records: Infinity, firstTime: null, lastTime: null, supersedes: [] }
  return { ...file, records: state.records, firstTime: state.firstTime, lastTime: state.lastTime, supersedes: state.supersedes }
}

/** As far as whole frames go; what follows was not acknowledged. Null while there is none. Goes on where the last look ended. */
function rawSegment(path: string, known: KnownFile | undefined): KnownFile | null {
  const fd = openSync(path, 'r')
  try {
    const { ino, size } = fstatSync(fd)
    const identity = String(ino)
    const before = known?.identity === identity && known.bytes <= size ? known : null
    if (before !== null && before.bytes === size) return before
    const from = before?.bytes ?? 0
    const bytes = Buffer.allocUnsafeSlow(size - from)
    const length = readSync(fd, bytes, 0, bytes.length, from)
    const head = before === null ? readState(bytes.subarray(0, length)) : null
    const start = head === null || 'problem' in head ? 0 : head.end
    let end = start
    let records = before?.records ?? 0
    let firstTime = before?.firstTime ?? null
    let lastTime = before?.lastTime ?? null
    for (const frame of scanFrames(bytes.subarray(0, length), start).frames) {
      // Behind damage the numbers of records are not known before a start has mended it.
      if (frame.start !== end) break
      end = frame.end
      records = frame.info.first + frame.info.count
      if (frame.info.times === null) continue
      firstTime = Math.min(firstTime ?? Infinity, frame.info.times[0])
      lastTime = Math.max(lastTime ?? -Infinity, frame.info.times[1])
    }
    if (records === 0) return null
    const supersedes = before?.supersedes ?? (head !== null && 'state' in head ? head.state.supersedes : [])
    return { number: numberOf(path), kind: 'raw', path, index: '', bytes: from + end, records, firstTime, lastTime, supersedes, identity }
  } finally {
    closeSync(fd)
  }
}
