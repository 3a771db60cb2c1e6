// What the form for trying a parser holds, and what came of it.
import type { TrialChoice, TrialResult } from '../parser-trial.ts'
import type { ParseErrorSample, PipelineNode } from '../read-model.ts'
import type { Workbench } from './workbench.ts'

/** Enough to see whether a parser fits; it runs where records are taken in. */
export const MAX_LINES = 100
export const MAX_BYTES = 64 * 1024

export interface TrialView {
  /** Of the plugin on whose page it is tried. */
  readonly node: string
  readonly choices: readonly TrialChoice[]
  readonly parser: string
  /** YAML. */
  readonly options: string
  readonly text: string
  /** What is wrong with the request, or null. */
  readonly problem: string | null
  /** Null while nothing was tried. */
  readonly result: TrialResult | null
}

export function emptyTrial({ parsers }: Workbench, { id, kind, name }: PipelineNode, samples: readonly ParseErrorSample[]): TrialView {
  return { node: id, choices: parsers.choices(), parser: kind === 'parser' ? name : '', options: '', text: [...new Set(samples.map(({ line }) => line))].join('\n'), problem: null, result: null }
}

/** Runs what a form asks for. */
export async function tryParser({ parsers }: Workbench, asked: { readonly node: string; readonly parser: string; readonly options: string; readonly text: string }): Promise<TrialView> {
  const view = { ...asked, choices: parsers.choices() }
  const wrong = (problem: string): TrialView => ({ ...view, problem, result: null })
  const lines = asked.text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length === 0) return wrong('There are no lines to try it on. Paste some.')
  if (lines.length > MAX_LINES) return wrong(`These are ${lines.length} lines. At most ${MAX_LINES} are tried: leave some out.`)
  if (Buffer.byteLength(asked.text) + Buffer.byteLength(asked.options) > MAX_BYTES) return wrong(`This is more than ${MAX_BYTES / 1024} KiB. Leave some lines out.`)
  const result = await parsers.run({ parser: asked.parser, options: asked.options, lines })
  return result === null ? wrong(`There is no parser "${asked.parser}". Choose one of the list.`) : { ...view, problem: null, result }
}
