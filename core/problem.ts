// What an operator should see: a catalogued, repeatable report of something that went wrong.

export const PROBLEM_LEVELS = ['info', 'warn', 'error'] as const
export type ProblemLevel = (typeof PROBLEM_LEVELS)[number]

export interface Problem {
  readonly level: ProblemLevel
  /** The component that reports, by name: `app`, `journal`, `config`. */
  readonly component: string
  /** What could not be done and why: `cannot open /var/log/x.log: permission denied`. */
  readonly message: string
  /** How to mend it, as a sentence. */
  readonly remedy: string
  /** Epoch milliseconds. */
  readonly time: number
}
