// What the page of the pipeline shows: all plugins as they are wired, and one of them in detail.
import type { ConfigValue, ParseErrorSample, PipelineNode, PipelineStatus, ReadModel, StreamStatus, TapStatus } from '../read-model.ts'
import { type DeadLetterJson, letterJson } from './outputs-api.ts'
import { emptyTrial, type TrialView } from './trial-view.ts'
import type { Workbench } from './workbench.ts'

/** Dead letters of a page; the API has all. */
const LETTERS = 20
/** Parse errors of a page. */
const SAMPLES = 20

/** Of one plugin; each stands once, with how often it came. */
const PROBLEMS = 5

export interface NodeView {
  readonly node: PipelineNode
  /** As they count, secrets masked. */
  readonly options: readonly ConfigValue[]
  /** Of a source; of a parser, those it reads. */
  readonly streams: readonly StreamStatus[]
  readonly parseErrors: readonly ParseErrorSample[]
  readonly letters: readonly DeadLetterJson[]
  /** What it reported, newest first. */
  readonly problems: ReadonlyArray<ReturnType<ReadModel['problems']>[number]>
}

export interface PipelineView {
  /** Epoch ms. */
  readonly now: number
  readonly status: PipelineStatus
  readonly journal: { readonly perSecond: number; readonly records: number; readonly bytes: number; readonly notReady: string | null }
  readonly node: NodeView | null
  /** The id asked for where nothing has it. */
  readonly unknown: string | null
  /** What was just done, to be said. */
  readonly said: string | null
  /** What goes in and out of the plugin, where somebody wants to see it. */
  readonly tap: TapStatus | null
  /** Parsers to try on lines; null where none can be tried, or the plugin has nothing to do with lines. */
  readonly trial: TrialView | null
}

/** What the address says, and what a trial came to. */
export interface PipelineRequest {
  readonly id: string
  readonly tap?: boolean
  readonly said?: string | null
  readonly trial?: TrialView
}

export function pipelineView(model: ReadModel, workbench: Workbench | undefined, { id, tap = false, said = null, trial }: PipelineRequest): PipelineView {
  const status = model.pipeline()
  const node = status.nodes.find((one) => one.id === id)
  const shown = node === undefined ? null : nodeView(node, model, status, workbench)
  const readsLines = node?.kind === 'source' || node?.kind === 'parser'
  return {
    now: Date.now(), status, said,
    tap: tap && node !== undefined ? model.tap(id, 0) : null,
    trial: !readsLines || shown === null || workbench === undefined ? null : (trial ?? emptyTrial(workbench, node, shown.parseErrors)),
    journal: { perSecond: model.perSecond(), records: model.totals().records, bytes: model.disk().bytes, notReady: model.notReady() },
    node: shown,
    unknown: node === undefined && id !== '' ? id : null,
  }
}

function nodeView(node: PipelineNode, model: ReadModel, { nodes }: PipelineStatus, workbench: Workbench | undefined): NodeView {
  const { kind, name } = node
  // What nobody wrote stands in the effective configuration by its place in the list.
  const section = node.id.slice(0, node.id.indexOf('/'))
  const place = `${section}[${nodes.filter((one) => one.kind === kind).indexOf(node)}]`
  const options = model.config().values.filter(({ path }) => path.startsWith(`${place}.`)).map((value) => ({ ...value, path: value.path.slice(place.length + 1) }))
  const errors = model.parseErrors().filter((sample) => (kind === 'source' ? sample.stream.startsWith(`${name}/`) : kind === 'parser' && sample.parser === name))
  return {
    node, options,
    streams: kind === 'source' ? model.streamsOf(name) : kind === 'parser' ? model.streams().filter(({ parser }) => parser === name).slice(0, SAMPLES) : [],
    parseErrors: errors.slice(0, SAMPLES),
    problems: model.problems().filter(({ component }) => component === name).slice(0, PROBLEMS),
    letters: kind === 'output' && workbench !== undefined ? workbench.outputs.deadLetters(name, { after: 0, limit: LETTERS }).map(letterJson) : [],
  }
}
