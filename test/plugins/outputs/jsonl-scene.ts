// A directory, a path in it, and the jsonl output writing there, for the tests of that output.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output } from '../../../core/define-plugin.ts'
import type { Cursor, StoredLine } from '../../../core/journal/stored-line.ts'
import jsonl from '../../../plugins/outputs/jsonl.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { deliverFrom } from '../../contract/delivery-run.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'

export const START: Cursor = { segment: 1, record: 0, state: null }
export const LINES = [...Array(12).keys()].map((i) => makeStoredLine(1, i, { body: i % 3 === 0 ? { n: i, text: 'é😀' } : `record ${i}` }))
export const contentOf = (lines: readonly StoredLine[]) => lines.map(({ text }) => `${text}\n`).join('')

export class JsonlScene {
  readonly directory = mkdtempSync(join(tmpdir(), 'sawlog-jsonl-'))
  path = join(this.directory, 'out.jsonl')
  #host: Host<typeof jsonl> | null = null
  readonly #opened: Output[] = []

  async start(): Promise<Output> {
    this.#host = await createHost(jsonl, { path: this.path }).setup()
    this.#opened.push(this.#host.component)
    return this.#host.component
  }

  /** A process that ends without another word, and its successor. */
  async restart(output: Output): Promise<Output> {
    await output.close?.()
    return this.start()
  }

  /** Delivers all lines up to a number, from where the cursor stands. */
  all(output: Output, cursor: Cursor, upTo = LINES.length, batch = 5): Promise<Cursor> {
    return deliverFrom(output, LINES.slice(0, upTo), cursor, { batch: () => batch })
  }

  read(): string {
    return readFileSync(this.path, 'utf8')
  }

  /** What the output last started has reported. */
  problems(): string[] {
    return this.#host?.problems.map(({ message }) => message) ?? []
  }

  async end(): Promise<void> {
    for (const output of this.#opened) await output.close?.()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
