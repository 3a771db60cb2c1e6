// What a start does with the segments it finds: reads those not known to be whole, mends them, and says where to go on.
import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Gap } from '../emit.ts'
import type { ProblemLevel } from '../problem.ts'
import type { Catalog, SegmentRow } from './catalog.ts'
import { deleteSegmentNow } from './delete-segments.ts'
import { type KeyEntry, readState, type Scan, scanFrames, type SegmentState, stateLine } from './frame.ts'
import { LiveState } from './live-state.ts'
import { DataError } from './open-data.ts'
import { quarantine, rewriteWithTombstones } from './quarantine.ts'
import { segmentName, segmentNumber } from './segment-name.ts'

export interface RecoverOptions {
  readonly directory: string
  readonly catalog: Catalog
  /** Segments up to this one have their idempotency keys in state.db. */
  readonly keysThrough: number
  /** Null: take the id from the segments. */
  readonly journal: string | null
  now(): number
  problem(level: ProblemLevel, message: string, remedy: string): void
}

export interface Recovered {
  readonly state: LiveState
  readonly keys: KeyEntry[]
  readonly highest: number
}

/** The journal id that the newest readable segment names, or null. */
export function journalIdOf(directory: string): string | null {
  for (const number of numbersIn(directory).toReversed()) {
    const head = readState(readHead(join(directory, segmentName(number))))
    if ('state' in head) return head.state.journal
  }
  return null
}

export function recover(options: RecoverOptions): Recovered {
  const { directory, catalog, problem } = options
  for (const file of readdirSync(directory)) if (file.endsWith('.tmp')) rmSync(join(directory, file))
  finishDeletions(options)
  const numbers = numbersIn(directory)
  const last = numbers.at(-1) ?? 0
  const present = new Set(numbers)
  for (const row of catalog.all()) {
    if (present.has(row.number)) continue
    problem('error', `cannot find segment ${segmentName(row.number)} with ${row.records} records`, 'Put the file back if it was moved; otherwise its records are gone.')
    catalog.remove(row.number)
  }
  const heads = new Map<number, ReturnType<typeof readState>>()
  const unsure = new Set(numbers.filter((number) => number === last || number > options.keysThrough))
  for (const [index, number] of numbers.entries()) {
    if (statSync(join(directory, segmentName(number))).size === catalog.get(number)?.bytes) continue
    unsure.add(number)
    // The one behind it says where it ends if it was given up, and where its streams stood if it lost something.
    unsure.add(numbers[index + 1] ?? last)
  }
  for (let i = numbers.length - 1; i >= 0; i--) {
    const number = numbers[i] as number
    if (!unsure.has(number)) continue
    const head = readState(readHead(join(directory, segmentName(number))))
    if ('foreign' in head) throw new DataError(`cannot read segment ${segmentName(number)}: ${head.problem}`, 'Start the version of Sawlog that wrote it, or move the file out of the journal.')
    heads.set(number, head)
    // Without its own first line a segment can only be understood from the one before.
    const before = numbers[i - 1]
    if ('problem' in head && before !== undefined) unsure.add(before)
  }
  const limits = new Map<number, number>()
  for (const head of heads.values()) if ('state' in head) for (const { segment, bytes } of head.state.supersedes) limits.set(segment, bytes)
  const recovery: Recovery = { ...options, state: new LiveState(), keys: [], lost: [] }
  let previous: number | undefined
  for (const number of [...unsure].sort((a, b) => a - b)) {
    const follows = previous !== undefined && numbers.indexOf(previous) === numbers.indexOf(number) - 1
    recoverSegment(recovery, number, follows, limits.get(number))
    previous = number
  }
  return { state: recovery.state, keys: recovery.keys, highest: Math.max(last, ...catalog.all().map((row) => row.number)) }
}

interface Recovery extends RecoverOptions {
  readonly state: LiveState
  readonly keys: KeyEntry[]
  /** Gaps found by this start, which no segment's first line knows of. */
  readonly lost: Gap[]
}

/** `follows`: the state already is that of the segment before, and knows of gaps that this one's first line cannot. */
function recoverSegment(recovery: Recovery, number: number, follows: boolean, limit: number | undefined): void {
  const { directory, problem, catalog, now } = recovery
  const path = join(directory, segmentName(number))
  let bytes: Buffer = readFileSync(path)
  if (limit !== undefined && bytes.length > limit) bytes = bytes.subarray(0, limit)
  const head = readState(bytes)
  if ('state' in head && recovery.journal !== null && head.state.journal !== recovery.journal) {
    problem('warn', `segment ${segmentName(number)} belongs to another journal (${head.state.journal})`, 'It is left alone; move it away, or into the data directory it came from.')
    return
  }
  if ('state' in head && !follows) {
    recovery.state.load(head.state)
    for (const gap of recovery.lost) recovery.state.addGap(gap)
  }
  const scan = scanFrames(bytes, 'state' in head ? head.end : 0)
  if (scan.frames.length === 0) {
    const records = catalog.get(number)?.records ?? 0
    if (scan.tailHadCommit || records > 0) reportTail(recovery, number, bytes, { ...scan, tailHadCommit: true })
    rmSync(path)
    catalog.remove(number)
    return
  }
  const before = recovery.state.snapshot()
  const lost: Gap[] = []
  for (const { info } of scan.frames) {
    recovery.state.apply(info, lost)
    if (number > recovery.keysThrough) recovery.keys.push(...info.keys)
  }
  let length = scan.end
  if (scan.bad.length > 0 || 'problem' in head) {
    for (const { start, end } of scan.bad) {
      const copy = quarantine(directory, number, start, bytes.subarray(start, end))
      problem('error', `segment ${segmentName(number)} is damaged at byte ${start}: ${end - start} bytes belong to no valid frame`, `They were moved to ${copy}; what files still hold is read again, everything else in the segment is intact.`)
    }
    if ('problem' in head) problem('error', `segment ${segmentName(number)} was mended: ${head.problem}`, 'Nothing to do; what its frames say is intact.')
    const line = 'state' in head ? bytes.subarray(0, head.end) : stateLine(stateFor(recovery, number, before, now()))
    length = rewriteWithTombstones(directory, number, line, bytes, scan, lost, now())
  } else recovery.lost.push(...lost)
  // At once: a later segment may have filled them already.
  for (const gap of lost) recovery.state.addGap(gap)
  if (scan.end < bytes.length) reportTail(recovery, number, bytes, scan)
  keepDurably(path, length)
  catalog.put(rowOf(number, length, scan))
}

function stateFor(recovery: Recovery, segment: number, before: Pick<SegmentState, 'positions' | 'gaps' | 'totals' | 'frame'>, created: number): SegmentState {
  return { journal: recovery.journal ?? '', segment, created, supersedes: [], ...before }
}

function reportTail({ directory, problem }: Recovery, number: number, bytes: Buffer, scan: Scan): void {
  const length = bytes.length - scan.end
  if (!scan.tailHadCommit) {
    problem('info', `dropped ${length} bytes of a frame that was never finished from segment ${segmentName(number)}`, 'Nothing to do: it was not acknowledged; its source sends it again.')
    return
  }
  const copy = quarantine(directory, number, scan.end, bytes.subarray(scan.end))
  problem('error', `the last ${length} bytes of segment ${segmentName(number)} have a wrong checksum`, `They were moved to ${copy}; what files still hold is read again.`)
}

function keepDurably(path: string, length: number): void {
  const fd = openSync(path, 'r+')
  try {
    ftruncateSync(fd, length)
    fdatasyncSync(fd)
  } finally {
    closeSync(fd)
  }
  const directory = openSync(join(path, '..'), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

function rowOf(number: number, bytes: number, scan: Scan): SegmentRow {
  const infos = scan.frames.map((frame) => frame.info)
  const last = infos.at(-1)
  const times = infos.flatMap((info) => (info.times === null ? [] : [info.times]))
  return {
    number, bytes, state: 'closed',
    records: last === undefined ? 0 : last.first + last.count,
    firstTime: times.length === 0 ? null : times.reduce((least, [first]) => Math.min(least, first), Infinity),
    lastTime: times.length === 0 ? null : times.reduce((most, [, end]) => Math.max(most, end), -Infinity),
    firstCommit: infos[0]?.at ?? 0,
    lastCommit: last?.at ?? 0,
  }
}

function finishDeletions({ directory, catalog }: RecoverOptions): void {
  for (const row of catalog.all()) {
    if (row.state === 'deleting') deleteSegmentNow({ directory, catalog }, row)
  }
}

function numbersIn(directory: string): number[] {
  return readdirSync(directory).map(segmentNumber).filter((number) => number !== null).sort((a, b) => a - b)
}

/** The first line and perhaps more; state lines grow with the number of followed files. */
function readHead(path: string): Buffer {
  const fd = openSync(path, 'r')
  try {
    for (let size = 64 * 1024; ; size *= 4) {
      const bytes = Buffer.alloc(size)
      const length = readSync(fd, bytes, 0, size, 0)
      if (length < size || bytes.includes(10)) return bytes.subarray(0, length)
    }
  } finally {
    closeSync(fd)
  }
}
