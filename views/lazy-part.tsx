// A part of the page of logs that comes after the rows: its place, with what stands there until then.
import type { Child } from 'hono/jsx'

interface Props {
  readonly id: string
  readonly label: string
  /** Address of the fragment; null where there is nothing to ask for. */
  readonly source: string | null
  readonly class: string
  readonly children?: Child
}

/** `logs-parts.js` puts the answer into the element, or a sentence and a button where it fails. */
export function LazyPart({ id, label, source, class: name, children }: Props) {
  return <section id={id} class={name} aria-label={label} data-part={source ?? undefined} aria-busy={source === null ? undefined : 'true'}>{children}</section>
}
