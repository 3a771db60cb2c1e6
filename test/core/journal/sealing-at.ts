// A journal that seals in the test's own thread, and what tests need to fill and damage it.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalOptions } from '../../../core/journal/journal-options.ts'
import { runTask, type SealRunner } from '../../../core/journal/sealed/seal-task.ts'
import { append, freshDirectory, openAt, type Opened } from './journal-at.ts'

/** The work of the worker, in this thread. */
export const inline: SealRunner = { run: async (task) => runTask(task), pause: () => undefined, stop: () => Promise.resolve() }
export const withSealing = (runner: SealRunner = inline, maxUnsealedBytes = 1e9): Pick<JournalOptions, 'sealing'> => ({ sealing: { compression: 'gzip', level: 1, maxUnsealedBytes, runner } })

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)
export const numbers = (from: number, to: number): object[] => range(from, to).map((n) => ({ n, pad: 'x'.repeat(30) }))
export const seen = (lines: Array<{ value: { body: unknown } }>): unknown[] => lines.map((line) => (line.value.body as { n?: number }).n)
export const journalFiles = (directory: string, ending: string): string[] => readdirSync(join(directory, 'journal')).filter((name) => name.endsWith(ending)).sort().map((name) => join(directory, 'journal', name))
export const sealedFiles = (directory: string): string[] => journalFiles(directory, '.json.gz')
export const openSealing = (directory: string, options: Partial<JournalOptions> = {}): Promise<Opened> => openAt(directory, { segmentBytes: 2000, ...withSealing(), ...options })
export const forgetCatalog = (directory: string): void => {
  for (const name of readdirSync(directory)) if (name.startsWith('catalog.db')) rmSync(join(directory, name))
}

export async function fill(journal: Opened['journal'], from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 5) await append(journal, 'a/x', n, numbers(n, n + 5))
}

/** 100 numbers in several sealed segments. */
export async function sealed(directory = freshDirectory()): Promise<string> {
  const { journal } = await openSealing(directory)
  await fill(journal, 0, 100)
  await journal.seal()
  await journal.close()
  return directory
}
