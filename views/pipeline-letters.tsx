// Dead letters of an output, each to be delivered again or forgotten.
import type { NodeView } from '../core/http/pipeline-view.ts'
import { Cut } from './cut.tsx'
import { type Column, DataTable } from './data-table.tsx'
import { plural } from './format.ts'
import { Time } from './time.tsx'

const COLUMNS: readonly Column[] = [{ label: 'When' }, { label: 'Record' }, { label: 'Why it was refused', wide: true }, { label: 'What to do' }]

export function PipelineLetters({ view: { node, letters }, now }: { view: NodeView; now: number }) {
  const all = node.output?.deadLetters ?? letters.length
  if (all === 0) return null
  return (
    <div class="part" id="letters">
      <h3>{plural(all, 'dead letter')}</h3>
      <p class="note">What the target refused for good. Mend what it complains about, then replay.</p>
      <DataTable
        caption="Dead letters, oldest first"
        columns={COLUMNS}
        rows={letters.map(({ id, record, reason, time }) => [
          time === null ? <span>unknown</span> : <Time at={Date.parse(time)} now={now} />, <a href={`/api/records/${record}`}>{record}</a>, <Cut text={reason} max={200} />,
          <LetterForm output={node.name} id={String(id)} name={`${id}`} />,
        ])}
      />
      <div class="letters-all">
        <span>{letters.length < all ? `The oldest ${letters.length} are shown.` : ''} All {all}:</span>
        <LetterForm output={node.name} id="" name="all" />
      </div>
    </div>
  )
}

function LetterForm({ output, id, name }: { output: string; id: string; name: string }) {
  return (
    <form class="letter-form" action="/pipeline/dead-letters" method="post">
      <input type="hidden" name="output" value={output} />
      <input type="hidden" name="id" value={id} />
      <button class="tool" name="action" value="replay" aria-label={`Replay ${id === '' ? 'all' : `letter ${name}`}`}>Replay</button>
      <button class="tool" name="action" value="discard" aria-label={`Discard ${id === '' ? 'all' : `letter ${name}`}`}>Discard</button>
    </form>
  )
}
