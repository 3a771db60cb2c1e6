// A titled block of the page; the id keeps it the same element across polls.
import type { Child } from 'hono/jsx'

interface Props {
  readonly id: string
  readonly title: string
  readonly note?: string | undefined
  readonly wide?: boolean
  readonly children?: Child
}

export function Section({ id, title, note, wide, children }: Props) {
  return (
    <section id={id} class={wide === true ? 'card wide' : 'card'} aria-labelledby={`${id}-title`}>
      <div class="card-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {note === undefined ? null : <p class="note">{note}</p>}
      </div>
      {children}
    </section>
  )
}
