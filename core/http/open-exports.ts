// How many exports may run at the same time.
import { HttpProblem } from './http-problem.ts'

/** Each holds 10 to 20 MB while its reader is slow. */
const MAX_EXPORTS = 16

/** Outlives reloads, which build the routes anew. */
export class OpenExports {
  #open = 0

  /** Gives what must be called when the export has ended; once or more. Throws an HttpProblem with status 503 when there is no room. */
  begin(): () => void {
    if (this.#open >= MAX_EXPORTS) throw new HttpProblem(503, `cannot export: ${MAX_EXPORTS} exports are read already. Wait until one of them is through.`, { 'Retry-After': '10' })
    this.#open++
    let ended = false
    return () => {
      if (!ended) this.#open--
      ended = true
    }
  }
}
