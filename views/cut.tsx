// A text of unknown length and origin, cut to fit its place, whole in the title.
import { visible } from './visible.ts'

/** A title longer than this covers the page. */
const MAX_TITLE_CHARS = 1000

export function Cut({ text, max = 60 }: { text: string; max?: number }) {
  const shown = visible(text)
  if (shown.length <= max) return <bdi>{shown}</bdi>
  // The end of a path tells more than its middle.
  const head = whole(shown.slice(0, Math.ceil(max * 0.6)))
  const tail = whole(shown.slice(-Math.floor(max * 0.4)))
  return <bdi title={whole(shown.slice(0, MAX_TITLE_CHARS))}>{head}<span class="ellipsis">…</span>{tail}</bdi>
}

/** Without half a surrogate pair at either end. */
function whole(part: string): string {
  return part.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
}
