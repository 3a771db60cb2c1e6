// The part of the pipeline's page that is polled: the picture, and what is known of the plugin that was pressed.
import type { PipelineView } from '../core/http/pipeline-view.ts'
import { pipelineAddress } from './pipeline-address.ts'
import { PipelineGraph } from './pipeline-graph.tsx'
import { PipelineNodePanel } from './pipeline-node.tsx'

export function PipelineLive({ view }: { view: PipelineView }) {
  const address = view.node === null ? '/pipeline/fragment' : pipelineAddress(view.node.node.id, '/pipeline/fragment')
  return (
    <div id="live" hx-get={address} hx-trigger="every 2s, refresh" hx-swap="outerMorph" data-taken={new Date(view.now).toISOString()}>
      <PipelineGraph view={view} />
      {view.node === null ? null : <PipelineNodePanel node={view.node} now={view.now} />}
    </div>
  )
}
