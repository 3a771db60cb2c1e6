// The plugins as columns, left to right as records pass them, and where each box stands: the lines between are drawn from this.
import type { PipelineNode, PipelineStatus } from '../core/read-model.ts'

/** Heights in px, as the stylesheet has them: boxes all have one height, so that lines can be drawn without measuring. */
export const PITCH = 112

/** A column of more is no picture any more. */
const MOST = 40

export interface Stage {
  readonly key: 'sources' | 'parsers' | 'taggers' | 'filters' | 'journal' | 'outputs'
  readonly title: string
  readonly nodes: readonly PipelineNode[]
  /** In the place of a box where there is none. */
  readonly empty: string | null
  /** Left out. */
  readonly more: number
  /** Boxes, the journal's own and that for nothing included. */
  readonly boxes: number
}

export function stagesOf({ nodes }: PipelineStatus, selected: string | null): Stage[] {
  const of = (kind: PipelineNode['kind']): PipelineNode[] => nodes.filter((node) => node.kind === kind && (node.used || node.id === selected))
  return [
    stage('sources', 'Sources', of('source'), selected, 'None is declared: nothing comes in.'),
    stage('parsers', 'Parsers', of('parser'), selected, 'Chosen with the first line of each stream.'),
    stage('taggers', 'Taggers', of('tagger'), selected, 'None: records keep the tags they come with.'),
    stage('filters', 'Filters', of('filter'), selected, 'None: everything is stored.'),
    stage('journal', 'Journal', of('retention'), selected, null),
    stage('outputs', 'Outputs', of('output'), selected, 'None: the journal alone keeps records.'),
  ]
}

/** Middle of box `index` of a stage, in a column `total` boxes high. */
export function middle(index: number, boxes: number, total: number): number {
  return (total / 2 + index - (boxes - 1) / 2) * PITCH
}

function stage(key: Stage['key'], title: string, all: readonly PipelineNode[], selected: string | null, empty: string | null): Stage {
  const shown = all.slice(0, MOST)
  const hidden = all.find(({ id }, i) => i >= MOST && id === selected)
  if (hidden !== undefined) shown.push(hidden)
  return { key, title, nodes: shown, empty: shown.length === 0 ? empty : null, more: all.length - shown.length, boxes: key === 'journal' ? shown.length + 1 : Math.max(1, shown.length) }
}
