// A server that could not be reached, or that answered with a problem.
import { CommandError } from './command-error.ts'

export class ServerError extends CommandError {
  /** Null where there was no answer. */
  readonly status: number | null
  constructor(message: string, status: number | null) {
    super(message)
    this.status = status
  }

  /** Whether it may be different in a moment: the server is starting, stopping, or busy. */
  get passes(): boolean {
    return this.status === null || this.status === 429 || this.status >= 500
  }
}
