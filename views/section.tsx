// A titled block of the page; the id keeps it the same element across polls.
import type { Child } from 'hono/jsx'

interface Props {
  readonly id: string
  readonly title: string
  readonly note?: Child | undefined
  /** Over the whole page. */
  readonly wide?: boolean
  /** Over half of it where two fit side by side. */
  readonly half?: boolean
  readonly children?: Child
}

export function Section({ id, title, note, wide, half, children }: Props) {
  const size = wide === true ? ' wide' : half === true ? ' half' : ''
  return (
    <section id={id} class={`card${size}`} aria-labelledby={`${id}-title`}>
      <div class="card-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {note === undefined ? null : <p class="note">{note}</p>}
      </div>
      {children}
    </section>
  )
}
