// Runs sealing tasks in a worker thread, which is started for the first one and ended when there was none for a while.
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { packageRoot } from '../../package-root.ts'
import { closeGate, sealGate } from './seal-gate.ts'
import type { SealAnswer, SealRunner, SealTask } from './seal-task.ts'

/** An idle worker holds 15 MB; starting one takes 40 ms. */
const IDLE_MS = 10_000

interface Reply {
  readonly answer?: SealAnswer
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string }
}

interface Settle {
  resolve(answer: SealAnswer): void
  reject(error: Error): void
}

/** Node.js 20 loads no worker from TypeScript: run from source, as tests do, the built one does the work. */
const WORKER = import.meta.url.endsWith('.ts') ? join(packageRoot, 'dist/core/journal/sealed/seal-worker.js') : new URL('./seal-worker.js', import.meta.url)

/** Owns the thread. */
export class WorkerRunner implements SealRunner {
  readonly #gate = sealGate()
  #worker: Worker | null = null
  #idle: NodeJS.Timeout | undefined
  /** Of the task that runs. */
  #settle: Settle | null = null

  run(task: SealTask): Promise<SealAnswer> {
    if (this.#settle !== null) throw new Error('BUG: two sealing tasks at once')
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= this.#start())
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(task)
    })
  }

  pause(on: boolean): void {
    closeGate(this.#gate, on)
  }

  /** What runs is given up; its temporary files stay. */
  async stop(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = null
    // Taken before the wait: a task that comes meanwhile has a worker of its own and is not given up.
    const settle = this.#settle
    this.#settle = null
    await worker?.terminate()
    settle?.reject(new Error('stopped'))
  }

  #start(): Worker {
    const worker = new Worker(WORKER, { workerData: this.#gate })
    // Sealing must not keep a process alive that has nothing else to do.
    worker.unref()
    worker.on('message', ({ answer, error }: Reply) => {
      // Of one that was stopped, after all: the task at hand is another's.
      if (this.#worker !== worker) return
      this.#idle = setTimeout(() => void this.stop(), IDLE_MS)
      this.#idle.unref()
      if (answer !== undefined) this.#end((settle) => settle.resolve(answer))
      else this.#end((settle) => settle.reject(Object.assign(new Error(error?.message), error)))
    })
    // Out of memory, or an error outside of a task: the next task gets a new worker.
    worker.on('error', (error) => {
      if (this.#worker !== worker) return
      this.#worker = null
      this.#end((settle) => settle.reject(error as Error))
    })
    return worker
  }

  #end(how: (settle: Settle) => void): void {
    const settle = this.#settle
    this.#settle = null
    if (settle !== null) how(settle)
  }
}
