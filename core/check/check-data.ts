// Reads a whole data directory and says what is wrong with it; changes nothing, and a server may run beside it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isLocked } from '../journal/is-locked.ts'
import { checkSegment } from './check-segment.ts'
import { checkCursors, readState, type State } from './check-state.ts'
import { type Finding, REPAIR } from './finding.ts'
import type { SegmentFacts } from './segment-facts.ts'
import { isSame, type Snapshot, takeSnapshot } from './snapshot.ts'

export interface CheckReport {
  readonly segments: number
  readonly records: number
  /** In the order of what they are about: databases, segments, other files. */
  readonly findings: readonly Finding[]
  /** A server runs; what it was doing at the moment was passed over. */
  readonly live: boolean
}

/** Files in the journal's directory that are ours and no segment's. */
const OTHERS = new Set(['reserve', 'quarantine'])

/** Closing, sealing and deleting take a moment each: what is found then is looked at again, so often and no more in all. */
const WAIT_MS = 100
const PATIENCE = 50

/** `progress`: segments done, of how many. */
export function checkData(directory: string, progress: (done: number, all: number) => void = () => undefined): CheckReport {
  return new Check(directory).run(progress)
}

class Check {
  readonly #directory: string
  readonly #live: boolean
  readonly #findings: Finding[] = []
  /** Of each segment there is, newest first. */
  readonly #facts: SegmentFacts[] = []
  /** How much counts of segments that later ones gave up. */
  readonly #limits = new Map<number, number>()
  #snapshot: Snapshot
  #patience = PATIENCE

  constructor(directory: string) {
    this.#directory = directory
    this.#live = isLocked(directory)
    this.#snapshot = takeSnapshot(directory)
  }

  run(progress: (done: number, all: number) => void): CheckReport {
    const found = (finding: Finding): void => void this.#findings.push(finding)
    const state = readState(this.#directory, found)
    this.#checkCatalog(found)
    const { files, rows, others } = this.#snapshot
    // From the newest on: later segments say how much of earlier ones counts.
    const numbers = [...new Set([...files.keys(), ...(rows?.keys() ?? [])])].sort((a, b) => b - a)
    const bySegment: Finding[][] = []
    for (const [done, number] of numbers.entries()) {
      progress(done, numbers.length)
      bySegment.push(this.#segment(number, state))
    }
    progress(numbers.length, numbers.length)
    this.#checkOwner(state, found)
    this.#findings.push(...bySegment.toReversed().flat())
    this.#checkOthers(others, found)
    const readable = this.#facts.filter(({ journal, records: held }) => journal !== null || held > 0)
    return { segments: readable.length, records: readable.reduce((sum, { records }) => sum + records, 0), findings: this.#findings, live: this.#live }
  }

  #segment(number: number, state: State): Finding[] {
    for (;;) {
      const findings: Finding[] = []
      const facts = this.#attempt(number, state, findings)
      if (this.#live && findings.length > 0 && this.#patience > 0) {
        // What is found while the server changes the segment may be neither before nor after.
        this.#patience--
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
        const before = this.#snapshot
        this.#snapshot = takeSnapshot(this.#directory)
        const kinds = this.#snapshot.files.get(number)
        const changing = kinds !== undefined && kinds.has('jsonl') && kinds.size > 1
        if (changing || !isSame(number, before, this.#snapshot)) continue
      }
      if (facts !== null) this.#take(facts)
      return findings
    }
  }

  #attempt(number: number, state: State, findings: Finding[]): SegmentFacts | null {
    const context = { directory: join(this.#directory, 'journal'), snapshot: this.#snapshot, state, limit: this.#limits.get(number), live: this.#live }
    try {
      return checkSegment(number, context, (finding) => findings.push(finding))
    } catch (error) {
      findings.push({ level: 'problem', where: 'journal', what: `cannot read segment ${number}: ${(error as Error).message}`, remedy: 'Check the disk and the permissions of the file.', repair: null })
      return null
    }
  }

  #take(facts: SegmentFacts): void {
    this.#facts.push(facts)
    for (const { segment, bytes } of facts.supersedes) this.#limits.set(segment, bytes)
  }

  #checkCatalog(found: (finding: Finding) => void): void {
    const { trouble } = this.#snapshot
    if (trouble === null) return
    const there = existsSync(join(this.#directory, 'catalog.db'))
    found({ level: 'problem', where: 'catalog.db', what: there ? `it cannot be read: ${trouble}` : 'it is missing', remedy: `The next start makes it anew from the segments, and so does ${REPAIR}.`, repair: { kind: 'recover' } })
  }

  #checkOwner(state: State, found: (finding: Finding) => void): void {
    const own = this.#facts.filter(({ journal, writtenAs, number }) => journal === state.journal && writtenAs === number).toReversed()
    if (state.journal !== null && own.length === 0 && this.#facts.some(({ journal }) => journal !== null)) {
      found({ level: 'problem', where: 'state.db', what: `no segment belongs to its journal (${state.journal})`, remedy: 'The segments are of another data directory: they are searched and never delivered to outputs. Put state.db and segments of the same directory together.', repair: null })
    }
    checkCursors(state, own, found)
  }

  #checkOthers(names: readonly string[], found: (finding: Finding) => void): void {
    for (const name of names) {
      if (OTHERS.has(name)) continue
      const where = `journal/${name}`
      if (!name.endsWith('.tmp')) found({ level: 'note', where, what: 'it is no file of Sawlog', remedy: 'It is left alone; move it away if it is not needed.', repair: null })
      else if (!this.#live) found({ level: 'problem', where, what: 'it was left behind by an interrupted step', remedy: `The next start removes it, and so does ${REPAIR}.`, repair: { kind: 'recover' } })
    }
  }
}
