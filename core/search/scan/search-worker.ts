// A search thread: takes tasks from the pool one by one. It yields to everything else the machine has to do.
import { parentPort } from 'node:worker_threads'
import { yieldToOthers } from '../../yield-to-others.ts'
import { TaskPerformer } from './perform-task.ts'
import { Stopped } from './stopped.ts'
import type { Task } from './task.ts'

// Intake keeps its rate while a search of everything runs.
yieldToOthers()

const performer = new TaskPerformer()

parentPort?.on('message', ({ id, task, flag }: { id: number; task: Task; flag: Int32Array }) => {
  try {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage({ id, result: performer.perform(task, flag) })
  } catch (error) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage(error instanceof Stopped ? { id, stopped: true } : { id, error: error instanceof Error ? error.message : String(error) })
  }
})
