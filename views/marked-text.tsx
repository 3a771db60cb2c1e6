// Log text on a page: what is searched for marked, terminal colours as colours, everything else that does not show made visible.
import { ansiRuns } from './ansi-runs.ts'
import { visible } from './visible.ts'

/** Of one text; a line of nothing but hits is as readable without. */
const MOST_MARKS = 60

/** `marks` in lower case, longest first. */
export function MarkedText({ text, marks }: { text: string; marks: readonly string[] }) {
  let left = MOST_MARKS
  return (
    <>
      {ansiRuns(text).map((run) => {
        const parts = split(run.text, marks, left).map(({ part, hit }) => {
          if (hit) left--
          return hit ? <mark>{lines(part)}</mark> : lines(part)
        })
        return run.style === '' ? <>{parts}</> : <span class={run.style}>{parts}</span>
      })}
    </>
  )
}

/** Line feeds stay: in a whole message they are its shape. */
function lines(part: string): string {
  return part.split('\n').map(visible).join('\n')
}

function split(text: string, marks: readonly string[], most: number): Array<{ part: string; hit: boolean }> {
  const lower = text.toLowerCase()
  // A few letters change their length in lower case; then places do not fit.
  if (marks.length === 0 || lower.length !== text.length) return [{ part: text, hit: false }]
  const parts: Array<{ part: string; hit: boolean }> = []
  let at = 0
  for (let n = 0; n < most; n++) {
    let from = -1
    let length = 0
    for (const mark of marks) {
      const found = lower.indexOf(mark, at)
      if (found !== -1 && (from === -1 || found < from)) [from, length] = [found, mark.length]
    }
    if (from === -1) break
    if (from > at) parts.push({ part: text.slice(at, from), hit: false })
    parts.push({ part: text.slice(from, from + length), hit: true })
    at = from + length
  }
  if (at < text.length) parts.push({ part: text.slice(at), hit: false })
  return parts
}
