// What can be asked of an output: to deliver once more from an earlier time. Outside the polled part, so that nothing typed is lost.
import type { NodeView } from '../core/http/pipeline-view.ts'
import { Section } from './section.tsx'

export function PipelineOutputForms({ node: { node } }: { node: NodeView }) {
  return (
    <Section id="replay" title="Deliver again" note="From an earlier time on; what the target has already may come twice." wide>
      <form class="replay-form" action="/pipeline/replay" method="post">
        <input type="hidden" name="output" value={node.name} />
        <label for="replay-from">Replay from</label>
        <input id="replay-from" name="from" required placeholder="2h, or 2026-11-01T10:15:00Z" autocomplete="off" />
        <button class="tool">Replay</button>
      </form>
    </Section>
  )
}
