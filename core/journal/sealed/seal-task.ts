// What the sealing worker is asked to do and what it answers; `runTask` is the work itself, usable without a worker.
import { indexSealed } from './index-sealed.ts'
import { type Sealed, sealSegment, type SealOptions } from './seal-segment.ts'

export type SealTask =
  | { readonly kind: 'seal'; readonly path: string; readonly out: { readonly data: string; readonly index: string; readonly name: string }; readonly options: SealOptions }
  | { readonly kind: 'index'; readonly path: string; readonly out: string; readonly segment: number }

export type SealAnswer = Sealed | { readonly indexBytes: number; readonly damaged: number }

/** Runs one task at a time; rejects with what it threw, its `name` and `code` kept. */
export interface SealRunner {
  run(task: SealTask): Promise<SealAnswer>
  /** While it is on, sealing waits between slices. */
  pause(on: boolean): void
  stop(): Promise<void>
}

/** `rest` is called between slices and may block. */
export function runTask(task: SealTask, rest: () => void = () => undefined): SealAnswer {
  return task.kind === 'seal' ? sealSegment(task.path, task.out, task.options, rest) : indexSealed(task.path, task.out, task.segment)
}
