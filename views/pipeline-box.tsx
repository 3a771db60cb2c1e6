// One plugin as a box of the pipeline: what it is called, how much passes it, what that costs and what is wrong.
import type { PipelineNode } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { count, exact, plural, rate } from './format.ts'
import { lagText } from './lag-text.ts'
import { pipelineAddress } from './pipeline-address.ts'
import { pluginCost } from './plugin-cost.ts'
import { visible } from './visible.ts'

export function PipelineBox({ node, selected, share }: { node: PipelineNode; selected: boolean; share: number | null }) {
  const { id, name, type, perSecond, errors, kind } = node
  return (
    <li>
      <a id={`box-${String(new URLSearchParams([[id, '']])).slice(0, -1)}`} class={`box box-${kind}${errors > 0 || node.failed !== null ? ' box-trouble' : ''}`} href={`${pipelineAddress(id)}#node`} aria-current={selected ? 'true' : undefined} title={visible(node.summary)}>
        <span class="box-name"><Cut text={name} max={40} /></span>
        <span class="box-type">{type === name ? '' : <Cut text={type} max={24} />}{node.when === null ? '' : <span class="box-when" title={visible(node.when)}>{type === name ? '' : ' '}when {visible(node.when.slice(0, 60))}</span>}</span>
        <span class="box-flow">{perSecond === null ? <span class="soft">{kind === 'retention' ? 'oldest go first' : '–'}</span> : <span class="num" title={`${exact(perSecond)} records a second`}>{rate(perSecond)}</span>}<Spark history={node.history} /></span>
        <span class="box-foot">{footOf(node, share)}</span>
      </a>
    </li>
  )
}

/** What matters most of it, in one line. */
function footOf(node: PipelineNode, share: number | null) {
  const { failed, errors, output, records, ms, dropped, kind } = node
  if (failed !== null) return <span class="hot">does not run</span>
  const hot = errors > 0 ? <span class="hot">{plural(errors, 'error')}</span> : null
  if (output !== null) return <>{hot ?? (output.deadLetters > 0 ? <span class="hot">{plural(output.deadLetters, 'dead letter')}</span> : output.state === 'running' ? <span class="soft">{count(output.delivered)} delivered</span> : <span class="hot">{output.state}</span>)}<span class="box-lag"> · {lagText(output)}</span></>
  if (kind === 'retention') return hot
  if (kind === 'source') return hot ?? <span class="soft">{count(records ?? 0)} in all</span>
  if (hot !== null) return hot
  if (dropped > 0) return <span class="soft">{plural(dropped, 'record')} dropped</span>
  const cost = pluginCost(ms, records)
  return cost === null ? <span class="soft">no cost yet</span> : <span class="soft" title={`${exact(ms)} ms in all`}>{cost}/1k{share === null ? '' : ` · ${percent(share)}`}</span>
}

function percent(share: number): string {
  return share < 0.01 ? '<1 %' : `${Math.round(share * 100)} %`
}

/** The last minute; in words it is the number beside. */
function Spark({ history }: { history: readonly number[] }) {
  const top = Math.max(...history)
  if (history.length < 2 || top <= 0) return null
  const points = history.map((value, i) => `${((i / (history.length - 1)) * 60).toFixed(1)},${(19 - (value / top) * 17).toFixed(1)}`)
  return <svg class="box-spark" viewBox="0 0 60 20" preserveAspectRatio="none" aria-hidden="true"><polyline points={points.join(' ')} /></svg>
}
