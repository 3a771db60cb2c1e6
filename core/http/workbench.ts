// What people change and try on the pages, beside reading.
import type { OutputControl } from '../output-control.ts'

export interface Workbench {
  readonly outputs: OutputControl
}
