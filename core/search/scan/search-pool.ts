// The search threads: started by the first search, stopped when none came for a while. A thread that dies fails its tasks and is replaced.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { TaskPerformer } from './perform-task.ts'
import { SearchTurns } from './search-turns.ts'
import { Stopped } from './stopped.ts'
import type { Task, TaskResult } from './task.ts'

/** More would take the processors from intake, sealing and the event loop. */
const MAX_THREADS = 2

/** Tasks handed to a thread at a time: one it works on, one that is there when it is done. */
const AHEAD = 2

/** A thread holds 10 MB and more; starting one takes 50 ms. */
const IDLE_MS = 10 * 60_000

/** A block of a few MiB, its text and what is found in it fit many times; hostile queries end their thread, not the process. */
const MAX_HEAP_MB = 512

interface Job {
  readonly task: Task
  /** Which thread, where one is preferred for what it remembers. */
  readonly thread: number | null
  readonly turns: SearchTurns
  resolve(result: unknown): void
  reject(error: Error): void
}

interface Thread {
  readonly worker: Worker
  readonly jobs: Map<number, Job>
}

export interface PoolOptions {
  /** 0: tasks run in the calling thread, for tests and for one-off use. */
  readonly threads?: number
  /** The worker's file; another one in tests. */
  readonly worker?: URL
}

export class SearchPool {
  readonly threads: number
  readonly #file: URL
  readonly #running: Array<Thread | null>
  readonly #waiting: Job[] = []
  #own: TaskPerformer | null = null
  #next = 0
  #turn = 0
  #used = 0
  #closed = false
  #timer: NodeJS.Timeout | null = null

  constructor(options: PoolOptions = {}) {
    this.threads = options.threads ?? Math.min(MAX_THREADS, availableParallelism())
    this.#file = options.worker ?? new URL('./search-worker.js', import.meta.url)
    this.#running = Array.from({ length: this.threads }, () => null)
  }

  /** Rejects when the task fails, its thread dies or `stop` ends it. Descriptors named in it must stay open until it settles. */
  run<T extends Task>(task: T, { thread = null, turns = new SearchTurns() }: { thread?: number | null; turns?: SearchTurns } = {}): Promise<TaskResult<T>> {
    if (this.#closed) return Promise.reject(new Stopped())
    if (this.threads === 0) return this.#runHere(task, turns)
    return new Promise<TaskResult<T>>((resolve, reject) => {
      this.#waiting.push({ task, thread: thread === null ? null : thread % this.threads, turns, resolve: resolve as (result: unknown) => void, reject })
      this.#dispatch()
    })
  }

  /** Ends the tasks of a search: those that wait at once, those that run at their next block. They reject with Stopped. */
  stop(turns: SearchTurns): void {
    turns.stop()
    const left = this.#waiting.splice(0)
    for (const job of left) {
      if (job.turns === turns) job.reject(new Stopped())
      else this.#waiting.push(job)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearInterval(this.#timer)
    for (const job of this.#waiting.splice(0)) job.reject(new Stopped())
    await Promise.all(this.#running.map((thread) => thread?.worker.terminate()))
  }

  async #runHere<T extends Task>(task: T, turns: SearchTurns): Promise<TaskResult<T>> {
    // Others get their turn between two tasks, as they would with a thread.
    await new Promise((resolve) => setImmediate(resolve))
    this.#own ??= new TaskPerformer()
    return this.#own.perform(task, turns.flag) as TaskResult<T>
  }

  #dispatch(): void {
    this.#used = performance.now()
    for (;;) {
      let next = -1
      for (let i = 0; i < this.#waiting.length; i++) {
        const job = this.#waiting[i] as Job
        // Those behind it may prefer another thread.
        if (!this.#hasRoom(job.thread ?? this.#leastBusy())) continue
        if (next === -1 || job.turns.isBefore((this.#waiting[next] as Job).turns)) next = i
      }
      const [job] = next === -1 ? [] : this.#waiting.splice(next, 1)
      if (job === undefined) return
      job.turns.begin(this.#turn++)
      this.#send(job.thread ?? this.#leastBusy(), job)
    }
  }

  #hasRoom(index: number): boolean {
    return (this.#running[index]?.jobs.size ?? 0) < AHEAD
  }

  #leastBusy(): number {
    let least = 0
    for (let i = 1; i < this.#running.length; i++) if ((this.#running[i]?.jobs.size ?? 0) < (this.#running[least]?.jobs.size ?? 0)) least = i
    return least
  }

  #send(index: number, job: Job): void {
    const thread = (this.#running[index] ??= this.#start(index))
    const id = this.#next++
    // Referenced only while it works: an idle thread must not keep the process alive.
    if (thread.jobs.size === 0) thread.worker.ref()
    thread.jobs.set(id, job)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.worker.postMessage({ id, task: job.task, flag: job.turns.flag })
  }

  #start(index: number): Thread {
    const worker = new Worker(this.#file, { name: `sawlog search ${index}`, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
    const thread: Thread = { worker, jobs: new Map() }
    const ended = (reason: string): void => {
      if (this.#running[index] === thread) this.#running[index] = null
      for (const job of thread.jobs.values()) job.reject(new Error(`cannot search: a search thread ended: ${reason}`))
      thread.jobs.clear()
      if (!this.#closed) this.#dispatch()
    }
    worker.on('message', ({ id, result, error, stopped }: { id: number; result?: unknown; error?: string; stopped?: true }) => {
      const job = thread.jobs.get(id)
      thread.jobs.delete(id)
      // Not while it ends: an answer on its way would let the process end, with code 13, before `close` is done.
      if (thread.jobs.size === 0 && !this.#closed) worker.unref()
      if (stopped) job?.reject(new Stopped())
      else if (error === undefined) job?.resolve(result)
      else job?.reject(new Error(`cannot search: ${error}`))
      this.#dispatch()
    })
    worker.on('error', (error) => ended(error.message))
    worker.on('exit', (code) => ended(`code ${code}`))
    this.#timer ??= setInterval(() => this.#stopIdle(), IDLE_MS).unref()
    return thread
  }

  #stopIdle(): void {
    if (performance.now() - this.#used < IDLE_MS || this.#running.some((thread) => thread !== null && thread.jobs.size > 0)) return
    for (const [index, thread] of this.#running.entries()) {
      this.#running[index] = null
      void thread?.worker.terminate()
    }
  }
}
