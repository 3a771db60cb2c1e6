// Gathers the problems of one reading of the configuration and gives each its place in the file.
import type { ConfigProblem } from './config-problem.ts'
import type { Origin, Origins, Place } from './origins.ts'
import { formatPath, type ConfigPath } from './path.ts'

export interface Finding {
  readonly path: ConfigPath
  /** Point at the key (an unknown one) or at the value. */
  readonly at: 'key' | 'value'
  readonly message: string
  readonly expected?: string | null
  readonly nearest?: string | null
  readonly severity?: ConfigProblem['severity']
  /** Index of the mistake inside the value. */
  readonly inside?: number
}

export class Problems {
  readonly file: string
  private readonly origins: Origins
  private readonly found: ConfigProblem[] = []

  constructor(file: string, origins: Origins) {
    this.file = file
    this.origins = origins
  }

  /** Findings about a value whose variable is missing are left out: they are consequences. */
  add(finding: Finding): void {
    if (this.origins.isBroken(finding.path)) return
    const origin = this.origins.nearest(finding.path)
    const flag = origin?.from === 'flag' ? origin.flag : undefined
    const place = flag === undefined ? placeOf(origin, this.origins.get(finding.path) === undefined ? 'value' : finding.at, finding.inside) : null
    this.addAt(place, {
      file: flag === undefined ? this.file : 'command line',
      path: flag ?? formatPath(finding.path),
      message: finding.message,
      severity: finding.severity ?? 'error',
      ...(finding.expected === undefined || finding.expected === null ? {} : { expected: finding.expected }),
      ...(finding.nearest === undefined || finding.nearest === null ? {} : { nearest: finding.nearest }),
    })
  }

  addAt(place: Place | null, problem: Omit<ConfigProblem, 'line' | 'column'>): void {
    this.found.push({ ...problem, line: place?.line ?? 0, column: place?.column ?? 0 })
  }

  /** In the order of the file. */
  all(): ConfigProblem[] {
    return this.found.toSorted((a, b) => a.line - b.line || a.column - b.column)
  }

  hasErrors(): boolean {
    return this.found.some(({ severity }) => severity === 'error')
  }
}

function placeOf(origin: Origin | undefined, at: 'key' | 'value', inside: number | undefined): Place | null {
  if (origin === undefined) return null
  if (at === 'key') return origin.key ?? origin.value
  return inside === undefined ? origin.value : (origin.inside?.(inside) ?? origin.value)
}
