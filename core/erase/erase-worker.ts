// The thread that erases: rewrites one segment after the other at low priority, as it is told.
import { parentPort } from 'node:worker_threads'
import { yieldToOthers } from '../yield-to-others.ts'
import type { EraseJob } from './erase-job.ts'
import { CannotErase, rewriteSegment } from './rewrite-segment.ts'

const port = parentPort
if (port === null) throw new Error('BUG: to be run as a worker thread')
yieldToOthers()

port.on('message', (job: EraseJob) => {
  try {
    port.postMessage({ result: rewriteSegment(job) }, [])
  } catch (error) {
    port.postMessage({ failed: (error as Error).message, code: (error as NodeJS.ErrnoException).code, damaged: error instanceof CannotErase }, [])
  }
})
