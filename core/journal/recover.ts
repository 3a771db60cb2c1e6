// What a start does with the segments it finds: reads those not known to be whole, mends them, and says where to go on.
import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Gap } from '../emit.ts'
import type { ProblemLevel } from '../problem.ts'
import { type Catalog, fileOf, type SegmentRow } from './catalog.ts'
import { deleteSegmentNow } from './delete-segments.ts'
import { type KeyEntry, readState, type Scan, scanFrames, type SegmentState, stateLine } from './frame.ts'
import { LiveState } from './live-state.ts'
import { DataError } from './open-data.ts'
import { quarantine, rewriteWithTombstones } from './quarantine.ts'
import { filesIn, recoverSealed } from './recover-sealed.ts'
import { readSealedState } from './sealed/block-table.ts'
import { sealedName, segmentName } from './segment-name.ts'
import { SourceUsage } from './source-usage.ts'
import type { Fold } from './state-store.ts'

export interface RecoverOptions {
  readonly directory: string
  readonly catalog: Catalog
  /** Segments up to this one have their idempotency keys in state.db. */
  readonly keysThrough: number
  /** What was known at the end of segment `keysThrough`. */
  readonly fold: Fold | null
  readonly journal: string
  now(): number
  problem(level: ProblemLevel, message: string, remedy: string): void
}

export interface Recovered {
  readonly state: LiveState
  readonly keys: KeyEntry[]
  readonly highest: number
}

/** The journal id that the newest readable segment names, one that is not sealed before any that is, or null. */
export function journalIdOf(directory: string): string | null {
  const files = [...filesIn(readdirSync(directory))].sort(([a], [b]) => b - a)
  for (const [number, kinds] of files) {
    const head = kinds.has('jsonl') ? readState(readHead(join(directory, segmentName(number)))) : null
    if (head !== null && 'state' in head) return head.state.journal
  }
  for (const [number, kinds] of files) {
    for (const kind of ['gzip', 'zstd'] as const) {
      const state = kinds.has(kind) ? readSealedState(join(directory, sealedName(number, kind))) : null
      if (state !== null) return state.journal
    }
  }
  return null
}

export function recover(options: RecoverOptions): Recovered {
  const { directory, catalog, problem } = options
  const names = readdirSync(directory)
  for (const file of names) if (file.endsWith('.tmp')) rmSync(join(directory, file))
  const files = filesIn(names)
  for (const number of finishDeletions(options)) files.delete(number)
  catalog.transaction(() => recoverSealed(options, files))
  for (const row of catalog.all()) {
    if (files.get(row.number)?.has(row.compression ?? 'jsonl')) continue
    problem('error', `cannot find segment ${fileOf(row)} with ${row.records} records`, 'Put the file back if it was moved; otherwise its records are gone.')
    catalog.remove(row.number)
  }
  const plain = [...files].filter(([number, kinds]) => kinds.has('jsonl') && !isForeign(options, number)).map(([number]) => number).sort((a, b) => a - b)
  const last = plain.at(-1) ?? 0
  const heads = new Map<number, ReturnType<typeof readState>>()
  const unsure = new Set(plain.filter((number) => number === last || number > options.keysThrough))
  for (const [index, number] of plain.entries()) {
    const row = catalog.get(number)
    if (row?.state === 'closed' && statSync(join(directory, segmentName(number))).size === row.bytes) continue
    unsure.add(number)
    // The one behind it says where it ends if it was given up, and where its streams stood if it lost something.
    unsure.add(plain[index + 1] ?? last)
  }
  for (let i = plain.length - 1; i >= 0; i--) {
    const number = plain[i] as number
    if (!unsure.has(number)) continue
    const head = readState(readHead(join(directory, segmentName(number))))
    if ('foreign' in head) throw new DataError(`cannot read segment ${segmentName(number)}: ${head.problem}`, 'Start the version of Sawlog that wrote it, or move the file out of the journal.')
    heads.set(number, head)
    // Without its own first line a segment can only be understood from the one before.
    const before = plain[i - 1]
    if ('problem' in head && before !== undefined) unsure.add(before)
  }
  const own = [...plain, ...catalog.all().filter((row) => row.state === 'sealed' && row.journal === null).map((row) => row.number)].sort((a, b) => a - b)
  const recovery: Recovery = { ...options, state: new LiveState(), keys: [], lost: [], found: [], mended: false, own }
  const limits = limitsOf(recovery, unsure, heads)
  let previous: number | undefined
  for (const number of [...unsure].sort((a, b) => a - b)) {
    const before = own[own.indexOf(number) - 1]
    if ('problem' in (heads.get(number) as object) && before !== undefined && before !== previous) loadFold(recovery, before, previous)
    recoverSegment(recovery, number, previous !== undefined && before === previous, limits.get(number))
    previous = number
  }
  const newest = catalog.newest?.number ?? 0
  if (newest > (previous ?? 0)) loadFold(recovery, newest, previous)
  return { state: recovery.state, keys: recovery.keys, highest: own.at(-1) ?? 0 }
}

/** Whether a segment that is not sealed was copied from another journal: it is said, and the file left alone. */
function isForeign({ directory, catalog, journal, problem }: RecoverOptions, number: number): boolean {
  const path = join(directory, segmentName(number))
  const row = catalog.get(number)
  if (row !== undefined && statSync(path).size === row.bytes) return false
  const head = readState(readHead(path))
  if (!('state' in head) || head.state.journal === journal) return false
  problem('warn', `segment ${segmentName(number)} belongs to another journal (${head.state.journal})`, 'It is left alone. To search it here, run sawlog seal where it came from and copy the sealed file.')
  if (row === undefined) return true
  problem('error', `cannot find segment ${fileOf(row)} with ${row.records} records: another journal's file has its name`, 'Put the file back if it was moved; otherwise its records are gone.')
  catalog.remove(number)
  return true
}

/** How much of segments counts that were given up after a failed write, as later ones say. */
function limitsOf(recovery: Recovery, unsure: ReadonlySet<number>, heads: ReadonlyMap<number, ReturnType<typeof readState>>): Map<number, number> {
  const { own, catalog, directory } = recovery
  const limits = new Map<number, number>()
  const take = (supersedes: SegmentState['supersedes']): void => {
    for (const { segment, bytes } of supersedes) limits.set(segment, bytes)
  }
  for (const head of heads.values()) if ('state' in head) take(head.state.supersedes)
  for (const number of unsure) {
    const next = catalog.get(own[own.indexOf(number) + 1] ?? 0)
    if (next?.state === 'sealed') take(readSealedState(join(directory, fileOf(next)))?.supersedes ?? [])
  }
  return limits
}

/** Goes on from the end of a sealed segment; where that is damaged from what state.db knows, and else from the one before it. `reached`: the state already is that of this segment. */
function loadFold(recovery: Recovery, newest: number, reached = 0): void {
  const { own, catalog, directory, state, keysThrough, fold, found: gaps, problem } = recovery
  for (let at = own.indexOf(newest); at >= 0; at--) {
    const number = own[at] as number
    const row = catalog.get(number)
    const found = row?.state === 'sealed' ? (readSealedState(join(directory, fileOf(row))) ?? (number === keysThrough ? fold : null)) : null
    if (found === null && number > reached) continue
    if (found !== null && number > reached) state.load(found)
    if (number !== newest) problem('error', `cannot read where sources stood at the end of segment ${newest}`, `They go on from where they stood at the end of segment ${number}: what came in between is stored again.`)
    for (const gap of gaps) state.addGap(gap)
    return
  }
}

interface Recovery extends RecoverOptions {
  readonly state: LiveState
  readonly keys: KeyEntry[]
  /** Gaps found by this start, which no segment's first line knows of. */
  readonly lost: Gap[]
  /** Of those, the ones that damage left which nobody knew of before: no sealed segment knows them either. */
  readonly found: Gap[]
  /** Something was mended. */
  mended: boolean
  /** Numbers of all segments of this journal, ascending. */
  readonly own: readonly number[]
}

/** `follows`: the state already is that of the segment before, and knows of gaps that this one's first line cannot. */
function recoverSegment(recovery: Recovery, number: number, follows: boolean, limit: number | undefined): void {
  const { directory, problem, catalog, now } = recovery
  const path = join(directory, segmentName(number))
  let bytes: Buffer = readFileSync(path)
  if (limit !== undefined && bytes.length > limit) bytes = bytes.subarray(0, limit)
  const head = readState(bytes)
  if ('state' in head && !follows) {
    recovery.state.load(head.state)
    for (const gap of recovery.lost) recovery.state.addGap(gap)
  }
  const scan = scanFrames(bytes, 'state' in head ? head.end : 0)
  if (scan.frames.length === 0) {
    const records = catalog.get(number)?.records ?? 0
    if (scan.tailHadCommit || records > 0) reportTail(recovery, number, bytes, { ...scan, tailHadCommit: true })
    if ('state' in head && recovery.own.length === 1) {
      // Nothing else says where sources stand and what was counted.
      keepDurably(path, head.end)
      catalog.put({ ...rowOf(number, head.end, scan), firstCommit: head.state.created, lastCommit: head.state.created })
      return
    }
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
  if (scan.bad.length > 0) recovery.mended = true
  if (recovery.mended) recovery.found.push(...lost)
  // At once: a later segment may have filled them already.
  for (const gap of lost) recovery.state.addGap(gap)
  if (scan.end < bytes.length) reportTail(recovery, number, bytes, scan)
  keepDurably(path, length)
  catalog.put(rowOf(number, length, scan))
}

function stateFor(recovery: Recovery, segment: number, before: Pick<SegmentState, 'positions' | 'gaps' | 'totals' | 'frame'>, created: number): SegmentState {
  return { journal: recovery.journal, segment, created, supersedes: [], ...before }
}

function reportTail(recovery: Recovery, number: number, bytes: Buffer, scan: Scan): void {
  const { directory, problem } = recovery
  const length = bytes.length - scan.end
  if (!scan.tailHadCommit) {
    problem('info', `dropped ${length} bytes of a frame that was never finished from segment ${segmentName(number)}`, 'Nothing to do: it was not acknowledged; its source sends it again.')
    return
  }
  recovery.mended = true
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
  const usage = new SourceUsage()
  for (const info of infos) usage.add(info)
  const times = infos.flatMap((info) => (info.times === null ? [] : [info.times]))
  return {
    number, bytes, state: 'closed', indexBytes: 0, rawBytes: usage.rawBytes, compression: null, journal: null, sources: usage.json,
    records: last === undefined ? 0 : last.first + last.count,
    firstTime: times.length === 0 ? null : times.reduce((least, [first]) => Math.min(least, first), Infinity),
    lastTime: times.length === 0 ? null : times.reduce((most, [, end]) => Math.max(most, end), -Infinity),
    firstCommit: infos[0]?.at ?? 0,
    lastCommit: last?.at ?? 0,
  }
}

function finishDeletions({ directory, catalog }: RecoverOptions): number[] {
  const rows = catalog.all().filter(({ state }) => state === 'deleting')
  for (const row of rows) deleteSegmentNow({ directory, catalog }, row)
  return rows.map(({ number }) => number)
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
