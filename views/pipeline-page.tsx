// The page of the pipeline: the polled part, and beside it what its reader works with.
import type { PipelineView } from '../core/http/pipeline-view.ts'
import type { Shortcut } from './help.tsx'
import { PipelineLive } from './pipeline-live.tsx'
import { PipelineOutputForms } from './pipeline-output-forms.tsx'
import { PipelineTap } from './pipeline-tap.tsx'
import { PipelineTrial } from './pipeline-trial.tsx'
import { visible } from './visible.ts'

export const PIPELINE_SHORTCUTS: readonly Shortcut[] = [['j k', 'Next and previous plugin'], ['Enter', 'What it does'], ['w', 'Watch what goes in and out'], ['x', 'Close it'], ['p', 'Pause, and go on']]

export function PipelinePage({ view }: { view: PipelineView }) {
  const { node, unknown, said } = view
  return (
    <>
      {unknown === null ? null : <p class="said said-bad" role="alert">There is no plugin <code>{visible(unknown.slice(0, 100))}</code>: it may have gone with a reload.</p>}
      {said === null ? null : <p class="said" role="status">{visible(said)}</p>}
      <PipelineLive view={view} />
      {node === null || node.node.kind === 'retention' ? null : <PipelineTap node={node.node} tap={view.tap} />}
      {view.trial === null ? null : <PipelineTrial trial={view.trial} />}
      {node?.node.kind === 'output' ? <PipelineOutputForms node={node} /> : null}
      <noscript><p class="note">Without JavaScript this page shows one moment.</p></noscript>
    </>
  )
}
