// What a segment says, known to this file alone: a state line, then frames of record lines each closed by a commit line.
//
//   #state CRC {"v":1,"journal":"...","segment":7,"frame":93,...}      first line: everything needed to go on from here
//   {"time":...}                                                        record lines
//   #commit CRC {"frame":93,"first":0,"count":1,"bytes":212,...}        closes the frame; what is not closed never happened
//
// CRC is CRC-32 (ISO-HDLC, as in gzip, RFC 1952) in eight hex digits: of the JSON text in a state line, of the record bytes
// followed by the JSON text in a commit line. A record line begins with `{`, so `\n#` occurs nowhere else.
import { crc32 } from 'node:zlib'
import type { Gap } from '../emit.ts'
import type { Json } from '../json.ts'
import type { Counts, Position } from './commit.ts'

const VERSION = 1
const STATE = '#state '
const COMMIT = '#commit '
const MARK = Buffer.from('\n#')
const HASH = 35
const NEWLINE = 10

/** What a segment's first line carries, so that no earlier segment is needed to continue. */
export interface SegmentState {
  readonly journal: string
  readonly segment: number
  /** Number of the next frame. */
  readonly frame: number
  /** Wall clock, epoch ms. */
  readonly created: number
  readonly positions: { [stream: string]: Position }
  readonly gaps: Gap[]
  readonly totals: Counts
  /** Earlier segments given up after a failed write: what lies beyond `bytes` in them was written again later. */
  readonly supersedes: ReadonlyArray<{ readonly segment: number; readonly bytes: number }>
}

export interface StreamMove {
  readonly from?: number
  /** Null: the stream is forgotten. */
  readonly to: Position | null
  /** The records fill a gap: `to` is where the filling stands, the stream's own position stays. */
  readonly gap?: true
}

export interface KeyEntry {
  readonly id: string
  readonly hash: string
  readonly answer: Json
}

/** What a commit line says of its frame. */
export interface FrameInfo {
  readonly frame: number
  /** Record number of the first record within the segment. */
  readonly first: number
  readonly count: number
  /** Length of the record lines. */
  readonly bytes: number
  /** Wall clock of the commit, epoch ms. */
  readonly at: number
  /** Earliest and latest record time, epoch ms; null without records. */
  readonly times: readonly [number, number] | null
  readonly moves: ReadonlyArray<readonly [stream: string, move: StreamMove]>
  readonly keys: readonly KeyEntry[]
  readonly counts: Counts
  /** Only in a frame that recovery put in place of a bad one: what its streams lost. */
  readonly gaps?: readonly Gap[]
}

export function stateLine(state: SegmentState): Buffer {
  const text = JSON.stringify({ v: VERSION, ...state })
  return Buffer.from(`${STATE}${hex(crc32(text))} ${text}\n`)
}

export function commitLine(records: Buffer, info: FrameInfo): Buffer {
  const text = JSON.stringify(info)
  return Buffer.from(`${COMMIT}${hex(crc32(text, crc32(records)))} ${text}\n`)
}

/** Whether a line of a segment is a record (and not one of ours). */
export function isRecordLine(bytes: Buffer, start: number): boolean {
  return bytes[start] !== HASH
}

/** The wall clock of a commit line, epoch ms, or null for another line. Reads only its head: the rest may be long. */
export function commitTime(bytes: Buffer, start: number, end: number): number | null {
  const match = /^#commit .*?"at":(\d+)/.exec(bytes.toString('latin1', start, Math.min(end, start + 200)))
  return match === null ? null : Number(match[1])
}

/** A line that keeps the number of a record that is no longer there, and says since when (`at`, epoch ms). `time` is the record's own, as it was stored, where it is known. */
export function tombstone(at: number, reason: string, time = new Date(at).toISOString()): string {
  return `{"time":"${time}","level":"info","source":"sawlog","host":"","tags":[],"body":"","error":${JSON.stringify(reason)},"at":"${new Date(at).toISOString()}","erased":true}\n`
}

/** The state line of a segment, or why there is none to rely on. `foreign`: it is intact, but of a format that is not known here. */
export function readState(bytes: Buffer): { state: SegmentState; end: number } | { problem: string; foreign?: true } {
  const newline = bytes.indexOf(NEWLINE)
  if (newline === -1) return { problem: 'its first line is incomplete' }
  const line = bytes.toString('utf8', 0, newline)
  if (!line.startsWith(STATE)) return { problem: 'it does not begin with a #state line' }
  const text = line.slice(STATE.length + 9)
  if (line.slice(STATE.length, STATE.length + 8) !== hex(crc32(text))) return { problem: 'the checksum of its #state line is wrong' }
  const value = JSON.parse(text) as SegmentState & { v: number }
  if (value.v !== VERSION) return { problem: `it was written by another version (format ${value.v}, this one reads ${VERSION})`, foreign: true }
  return { state: value, end: newline + 1 }
}

export interface ScannedFrame {
  readonly info: FrameInfo
  /** Where the record lines begin and the commit line ends. */
  readonly start: number
  readonly end: number
}

export interface Scan {
  readonly frames: readonly ScannedFrame[]
  /** Stretches between good frames that belong to none: bit rot, overwritten bytes. */
  readonly bad: ReadonlyArray<{ readonly start: number; readonly end: number }>
  /** Where the last good frame ends; what follows was never acknowledged, unless `tailHadCommit`. */
  readonly end: number
  /** The tail contains a commit line, so that it may be a frame that went bad rather than one never finished. */
  readonly tailHadCommit: boolean
}

/** Finds the good frames in `bytes` from `start` on. Never throws, whatever the bytes are. */
export function scanFrames(bytes: Buffer, start: number): Scan {
  const frames: ScannedFrame[] = []
  const bad: Array<{ start: number; end: number }> = []
  let good = start
  let tailHadCommit = false
  let line = bytes[start] === HASH ? start : nextMark(bytes, start)
  while (line !== -1) {
    const newline = bytes.indexOf(NEWLINE, line)
    if (newline === -1) break
    const frame = parseCommit(bytes, good, line, newline)
    if (frame !== null) {
      if (frame.start > good) bad.push({ start: good, end: frame.start })
      frames.push(frame)
      good = frame.end
      tailHadCommit = false
    } else if (bytes.toString('latin1', line, line + COMMIT.length) === COMMIT) tailHadCommit = true
    line = bytes[newline + 1] === HASH ? newline + 1 : nextMark(bytes, newline)
  }
  return { frames, bad, end: good, tailHadCommit }
}

/**
 * What the commit line from `line` to `newline` says, if it is one, intact, and closes `bytes` bytes of records whose CRC is `crc`. For readers
 * that take a segment in slices; `scanFrames` also finds its way behind damage.
 */
export function checkedCommit(slice: Buffer, line: number, newline: number, bytes: number, crc: number): FrameInfo | null {
  if (slice.toString('latin1', line, line + COMMIT.length) !== COMMIT) return null
  const text = slice.subarray(line + COMMIT.length + 9, newline)
  if (hex(crc32(text, crc)) !== slice.toString('latin1', line + COMMIT.length, line + COMMIT.length + 8)) return null
  const info = JSON.parse(text.toString('utf8')) as FrameInfo
  return info.bytes === bytes ? info : null
}

function nextMark(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(MARK, from)
  return at === -1 ? -1 : at + 1
}

/** The commit line at `line` if it closes a good frame that begins at `good` or later. */
function parseCommit(bytes: Buffer, good: number, line: number, newline: number): ScannedFrame | null {
  if (bytes.toString('latin1', line, line + COMMIT.length) !== COMMIT) return null
  const text = bytes.subarray(line + COMMIT.length + 9, newline)
  let info: FrameInfo
  try {
    info = JSON.parse(text.toString('utf8')) as FrameInfo
  } catch {
    return null // bit rot in the commit line itself
  }
  if (typeof info?.bytes !== 'number') return null
  const begin = line - info.bytes
  if (!(begin >= good && begin <= line)) return null
  const crc = crc32(text, crc32(bytes.subarray(begin, line)))
  if (hex(crc) !== bytes.toString('latin1', line + COMMIT.length, line + COMMIT.length + 8)) return null
  return { info, start: begin, end: newline + 1 }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}
