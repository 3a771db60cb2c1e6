// The lines between two columns of the pipeline: as wide as much flows, dashed where nothing does yet; on the way to outputs, how far each is behind.
import type { OutputStatus, PipelineNode, PipelineWire } from '../core/read-model.ts'
import { lagText } from './lag-text.ts'
import { middle, PITCH, type Stage } from './pipeline-stages.ts'

/** Px, as the stylesheet has them. */
const NARROW = 36
const WIDE = 116

interface Line {
  readonly from: number
  readonly to: number
  /** Records a second; null where nothing is known to flow. */
  readonly rate: number | null
  readonly output?: OutputStatus | null
}

export function PipelineLinks({ left, right, total, wires, perSecond }: { left: Stage; right: Stage; total: number; wires: readonly PipelineWire[]; perSecond: number }) {
  const width = right.key === 'outputs' ? WIDE : NARROW
  const lines = linesBetween(left, right, total, wires, perSecond)
  return (
    <svg class={`links links-${right.key}`} width={width} height={total * PITCH} viewBox={`0 0 ${width} ${total * PITCH}`} aria-hidden="true">
      {lines.map(({ from, to, rate, output }) => (
        <>
          <path class={lineClass(rate, output)} d={`M0 ${from}C${width / 2} ${from} ${width / 2} ${to} ${width} ${to}`} stroke-width={thickness(rate)} />
          {output === undefined || output === null ? null : <Lag output={output} x={width - 8} y={to > from ? to + 18 : to - 8} below={to > from} />}
        </>
      ))}
    </svg>
  )
}

/** On the side of the line that is free; how long it is behind has a line of its own. */
function Lag({ output, x, y, below }: { output: OutputStatus; x: number; y: number; below: boolean }) {
  const [amount = '', time] = lagText(output).split(', ')
  const first = time === undefined || below ? y : y - 14
  return (
    <text class={output.lag > 0 ? 'wire-lag behind' : 'wire-lag'}>
      <tspan x={x} y={first}>{amount}</tspan>
      {time === undefined ? null : <tspan x={x} y={first + 14}>{time}</tspan>}
    </text>
  )
}

function linesBetween(left: Stage, right: Stage, total: number, wires: readonly PipelineWire[], perSecond: number): Line[] {
  const at = (stage: Stage, index: number): number => middle(index, stage.boxes, total)
  const all = (stage: Stage): number[] => Array.from({ length: stage.boxes }, (_, i) => i)
  if (left.key === 'sources') {
    return left.nodes.flatMap((source, i): Line[] => {
      const parsers = right.nodes.flatMap((parser, j) => (wires.some((wire) => wire.from === source.id && wire.to === parser.id) ? [j] : []))
      if (parsers.length === 0) return [{ from: at(left, i), to: right.empty === null ? (total * PITCH) / 2 : at(right, 0), rate: null }]
      return parsers.map((j) => ({ from: at(left, i), to: at(right, j), rate: source.perSecond }))
    })
  }
  if (left.key === 'parsers') return all(left).map((i) => ({ from: at(left, i), to: at(right, 0), rate: left.nodes[i]?.perSecond ?? null }))
  if (left.key === 'journal') return right.nodes.map((node: PipelineNode, i) => ({ from: at(left, 0), to: at(right, i), rate: node.perSecond, output: node.output }))
  // Taggers and filters follow each other: in at the first, out at the last.
  return [{ from: at(left, left.boxes - 1), to: at(right, 0), rate: perSecond }]
}

function lineClass(rate: number | null, output: OutputStatus | null | undefined): string {
  const trouble = output === undefined || output === null || output.state === 'running' ? '' : ` wire-${output.state}`
  return `wire${rate === null || rate === 0 ? ' wire-idle' : ''}${trouble}`
}

/** 1.5 px for a trickle, 6 for 100,000 a second. */
function thickness(rate: number | null): string {
  return (1.5 + Math.min(4.5, Math.log10(1 + (rate ?? 0)) * 0.9)).toFixed(1)
}
