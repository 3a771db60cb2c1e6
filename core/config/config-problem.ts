// One mistake in the configuration: where it is, what was expected, what was probably meant.

export interface ConfigProblem {
  readonly severity: 'error' | 'warning'
  /** The file as it was given, or `command line`. */
  readonly file: string
  /** From 1; 0 when the mistake has no place in the file (a missing file, a flag). */
  readonly line: number
  readonly column: number
  /** `sources[0].paths`, or the flag; empty for the file as a whole. */
  readonly path: string
  /** What is wrong; where more than a nearest name helps, a second sentence says what to do. */
  readonly message: string
  readonly expected?: string
  readonly nearest?: string
}

/** `config.yaml:12:5: sources[0].paths: expected an array of strings, got 5. Did you mean "..."?` */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file
  const path = problem.path === '' ? '' : `${problem.path}: `
  const severity = problem.severity === 'warning' ? 'warning: ' : ''
  const end = /[.?!]$/.test(problem.message) ? '' : '.'
  const hint = problem.nearest === undefined ? '' : ` Did you mean "${problem.nearest}"?`
  return `${place}: ${severity}${path}${problem.message}${end}${hint}`
}
