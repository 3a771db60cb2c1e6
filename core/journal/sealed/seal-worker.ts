// The worker thread that seals: compression and indexing cost as much as all of intake, so they run beside it and behind it.
import { setPriority } from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type SealGate, waitAt } from './seal-gate.ts'
import { runTask, type SealTask } from './seal-task.ts'

/** On Linux this is the thread's own niceness: intake of 116 MB/s becomes 133. */
const NICE = 10

try {
  setPriority(0, NICE)
} catch {
  // Not allowed to: sealing then competes on equal terms.
}

const port = parentPort as MessagePort
const gate = workerData as SealGate
const rest = (): void => waitAt(gate)
port.on('message', (task: SealTask) => {
  try {
    port.postMessage({ answer: runTask(task, rest) })
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException
    port.postMessage({ error: { name, message, code } })
  }
})
