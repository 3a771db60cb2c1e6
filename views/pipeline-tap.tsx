// A look into a plugin while it runs: records as they go in and come out. Begins when it is asked for, since it costs the pipeline a little.
import type { PipelineNode, TapStatus } from '../core/read-model.ts'
import { pipelineAddress } from './pipeline-address.ts'
import { PipelineTapRows } from './pipeline-tap-rows.tsx'
import { Section } from './section.tsx'

const WHAT: Readonly<Record<PipelineNode['kind'], string>> = {
  source: 'Lines as they come in, and the records that are stored of them.', parser: 'Lines, and what it reads out of them.', tagger: 'Records, and what it adds to them.',
  filter: 'Records, and what is left of them.', output: 'Records as they were handed over.', retention: '',
}

export function PipelineTap({ node: { id, kind }, tap }: { node: PipelineNode; tap: TapStatus | null }) {
  const address = pipelineAddress(id)
  return (
    <Section id="tap" title="What goes through" note={`${WHAT[kind]} At most 10 a second are shown; what filters hide stays hidden.`} wide>
      <p class="tap-bar">
        <a id="tap-switch" class="tool" href={tap === null ? `${address}&tap=1#tap` : `${address}#tap`} data-node={id} data-on={tap === null ? undefined : '1'}>{tap === null ? 'Watch' : 'Stop'}</a>
        <span id="tap-note" class="note" role="status">{tap === null ? '' : tap.rows.length === 0 ? 'Waiting for records.' : ''}</span>
      </p>
      <ol id="tap-rows" class="tap-rows" aria-label="Records, newest first" tabindex={0} hidden={tap === null}>{tap === null ? null : <PipelineTapRows rows={tap.rows} />}</ol>
    </Section>
  )
}
