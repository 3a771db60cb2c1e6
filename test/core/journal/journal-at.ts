// A journal in a temporary directory, with what tests need to fill it, break it and read it back.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Commit } from '../../../core/journal/commit.ts'
import type { JournalOptions } from '../../../core/journal/journal-options.ts'
import { Journal } from '../../../core/journal/journal.ts'
import type { StoredRecord } from '../../../core/journal/stored-line.ts'
import { chunkOf } from '../../../core/lines.ts'
import { LogRecord } from '../../../core/record.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

export interface Opened {
  readonly journal: Journal
  readonly commits: Commit[]
  readonly reports: string[]
}

export function freshDirectory(): string {
  return temporaryDirectory('journal')
}

export async function openAt(directory: string, options: Partial<JournalOptions> = {}): Promise<Opened> {
  const commits: Commit[] = []
  const reports: string[] = []
  const journal = await Journal.open({
    directory, fsync: 'always', segmentBytes: 64 * 1024 * 1024, segmentAgeMs: 3600_000, maxBytes: 1e12, onFull: 'block', maxPendingBytes: 2 * 1024 * 1024, reserveBytes: 0,
    now: Date.now, report: (level, message) => void reports.push(`${level}: ${message}`), committed: (commit) => void commits.push(commit), ...options,
  })
  return { journal, commits, reports }
}

/** Adds JSON lines and moves the stream's position behind them; resolves when durable. */
export function append(journal: Journal, stream: string, from: number, bodies: readonly object[]): Promise<void> {
  const chunk = chunkOf(bodies.map((body) => JSON.stringify(body)))
  const records = bodies.map((body, index) => {
    const record = new LogRecord('test', 'host', 1_700_000_000_000 + index, chunk, chunk.starts[index] as number, chunk.ends[index] as number, null)
    record.setJson(body as { [key: string]: number })
    return record
  })
  journal.draft.add(stream, 'test', records)
  journal.draft.move(stream, { from, to: { offset: from + bodies.length } })
  return journal.submit()
}

export interface ReadLine {
  readonly segment: number
  readonly record: number
  readonly value: StoredRecord
}

/** Copies: a reader's own lines are valid until its next read only. */
export async function readAll(journal: Journal, from = journal.beginning()): Promise<ReadLine[]> {
  const reader = journal.reader(from)
  const lines: ReadLine[] = []
  for (;;) {
    const read = await reader.read(1000, 64 * 1024)
    if (read.lines.length === 0) break
    for (const { segment, record, value } of read.lines) lines.push({ segment, record, value })
  }
  await reader.close()
  return lines
}

export function segmentFiles(directory: string): string[] {
  return readdirSync(join(directory, 'journal')).filter((name) => name.endsWith('.jsonl')).sort().map((name) => join(directory, 'journal', name))
}

export function recordLines(directory: string): string[] {
  return segmentFiles(directory).flatMap((file) => readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('{')))
}
