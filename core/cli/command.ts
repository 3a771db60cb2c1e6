// A command of `sawlog`: what it is for, how it is called, and what it does.

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  readonly usage: string
  /** Resolves with the exit code. Throws UsageError for wrong arguments, CommandError for what cannot be done. */
  run(argv: readonly string[]): Promise<number>
}
