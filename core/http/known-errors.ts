// What fails when outputs are asked to deliver again, as answers.
import { messageOf } from '../guard.ts'
import { UnknownOutput } from '../output-control.ts'
import { HttpProblem } from './http-problem.ts'

/** Errors that the one who asked can mend. */
export async function knownErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UnknownOutput) throw new HttpProblem(404, `cannot find the output: ${error.message}.`)
    throw new HttpProblem(503, `cannot deliver again: ${messageOf(error)}. Nothing is lost; try again.`)
  }
}
