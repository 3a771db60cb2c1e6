// The worker thread that seals: compression and indexing cost as much as all of intake, so they run beside it and behind it.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { yieldToOthers } from '../../yield-to-others.ts'
import { type SealGate, waitAt } from './seal-gate.ts'
import { runTask, type SealTask } from './seal-task.ts'

yieldToOthers()

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
