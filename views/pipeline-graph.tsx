// The pipeline as a picture: columns of boxes with lines between on a wide screen, one below the other on a narrow one.
import type { PipelineView } from '../core/http/pipeline-view.ts'
import { bytes, count, plural, rate } from './format.ts'
import { pipelineAddress } from './pipeline-address.ts'
import { PipelineBox } from './pipeline-box.tsx'
import { PipelineLinks } from './pipeline-links.tsx'
import { type Stage, stagesOf } from './pipeline-stages.ts'
import { visible } from './visible.ts'

export function PipelineGraph({ view }: { view: PipelineView }) {
  const { status, journal } = view
  const selected = view.node?.node.id ?? null
  const stages = stagesOf(status, selected)
  const total = Math.max(...stages.map(({ boxes }) => boxes))
  const spent = status.nodes.reduce((sum, { ms }) => sum + ms, 0)
  const spare = status.nodes.filter(({ kind, used, id }) => kind === 'parser' && !used && id !== selected)
  return (
    <section id="flow" class="card wide" aria-labelledby="flow-title">
      <div class="card-head">
        <h2 id="flow-title">From sources to outputs</h2>
        <p class="note">{rate(journal.perSecond)} through the pipeline now; press a box for what it does</p>
      </div>
      <div class="flow">
        {stages.map((stage, i) => {
          const next = stages[i + 1]
          return (
            <>
              <StageColumn stage={stage} view={view} selected={selected} spent={spent} />
              {next === undefined ? null : <PipelineLinks left={stage} right={next} total={total} wires={status.wires} perSecond={journal.perSecond} />}
            </>
          )
        })}
      </div>
      {spare.length === 0 ? null : (
        <details id="spare">
          <summary>{plural(spare.length, 'parser')} more that streams may choose</summary>
          <ul class="spare">{spare.slice(0, 100).map(({ id, name }) => <li><a href={`${pipelineAddress(id)}#node`}>{visible(name)}</a></li>)}</ul>
        </details>
      )}
    </section>
  )
}

function StageColumn({ stage, view, selected, spent }: { stage: Stage; view: PipelineView; selected: string | null; spent: number }) {
  const { key, title, nodes, empty, more } = stage
  return (
    <div class={`stage stage-${key}`}>
      <h3 id={`stage-${key}`}>{title}{more > 0 ? <span class="soft"> {more} more</span> : null}</h3>
      <ul class="boxes" aria-labelledby={`stage-${key}`}>
        {key === 'journal' ? <Journal view={view} /> : null}
        {nodes.map((node) => <PipelineBox node={node} selected={node.id === selected} share={spent > 0 ? node.ms / spent : null} />)}
        {empty === null ? null : <li><p class="box box-empty">{empty}</p></li>}
      </ul>
    </div>
  )
}

function Journal({ view: { journal } }: { view: PipelineView }) {
  return (
    <li>
      <a id="box-journal" class={`box box-journal${journal.notReady === null ? '' : ' box-trouble'}`} href="/logs" title="What is stored: to the logs">
        <span class="box-name">stored</span>
        <span class="box-type">{count(journal.records)} records</span>
        <span class="box-flow"><span class="num">{rate(journal.perSecond)}</span></span>
        <span class="box-foot">{journal.notReady === null ? <span class="soft">{bytes(journal.bytes)}</span> : <span class="hot">takes none now</span>}</span>
      </a>
    </li>
  )
}
