// A directory of log files and a tailer that can be stopped, restarted and crashed.
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { fileIo, type FileIo } from '../../../core/files/file-io.ts'
import type { TailOptions } from '../../../core/files/tail.ts'
import { Tailer } from '../../../core/files/tailer.ts'
import { FakeHost } from './fake-host.ts'

export class TailBench {
  readonly dir = fs.mkdtempSync(join(os.tmpdir(), 'sawlog-tail-'))
  host = new FakeHost()
  io: FileIo = fileIo
  options: TailOptions
  #tailer: Tailer | null = null
  readonly #running: Tailer[] = []

  constructor(options: Partial<TailOptions> = {}) {
    this.options = {
      paths: [join(this.dir, '*.log*')], exclude: [], encoding: null, start: 'beginning', maxLine: 1024 * 1024, multiline: null, rescanMs: 500, sweepMs: 20, rotateWaitMs: 150, maxOpenFiles: 512, rememberMs: 0, ...options,
    }
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  append(name: string, text: string | Buffer): void {
    fs.appendFileSync(this.path(name), text)
  }

  async start(): Promise<void> {
    const tailer = new Tailer(this.host, this.options, this.io)
    this.#tailer = tailer
    this.#running.push(tailer)
    await tailer.start()
  }

  async stop(): Promise<void> {
    await this.#tailer?.stop()
    this.#tailer = null
    this.host = this.host.restart()
  }

  /** The process is gone: nothing it does from now on counts. */
  crash(): void {
    this.#tailer = null
    this.host = this.host.crash()
  }

  /** The durable lines' text. */
  get lines(): string[] {
    return this.host.lines.map((got) => got.line)
  }

  async dispose(): Promise<void> {
    this.host.durable = true
    this.host.flush()
    // Crashed ones never get an answer again, so their stop may not end: they are only told.
    for (const tailer of this.#running) if (tailer === this.#tailer) await tailer.stop()
    else void tailer.stop()
    fs.rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Waits until `ready` is true; says what it waited for when it does not come. */
export async function until(what: string, ready: () => boolean, ms = 5000): Promise<void> {
  const deadline = performance.now() + ms
  while (!ready()) {
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain for ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}

/** `line 3\n` to `line 7\n`. */
export function numbered(from: number, to: number, prefix = 'line'): string {
  let text = ''
  for (let i = from; i <= to; i++) text += `${prefix} ${i}\n`
  return text
}

export function numberedLines(from: number, to: number, prefix = 'line'): string[] {
  return numbered(from, to, prefix).split('\n').slice(0, -1)
}
