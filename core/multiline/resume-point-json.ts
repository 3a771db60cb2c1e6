// A resume point as it stands in a stream's position.
import type { Json } from '../json.ts'
import type { OpenGroup, ResumePoint } from './resume-point.ts'

/** `[read, formats, [kind, offset, state, 0 | 1], ...]`; `from` is the position's own offset. */
export function resumePointJson({ read, open, formats }: ResumePoint): Json {
  return [read, ...(formats === null ? [] : [formats]), ...open.map(({ kind, offset, state, goesOn }) => [kind, offset, state, goesOn ? 1 : 0])]
}

/** Null where it is none: another version's, or left out because nothing was open. */
export function resumePointOf(json: Json | undefined, from: number): ResumePoint | null {
  if (!Array.isArray(json)) return null
  const [read, second] = json
  if (typeof read !== 'number') return null
  // An earlier version did not say the formats.
  const formats = typeof second === 'number' ? second : null
  const rest = json.slice(formats === null ? 1 : 2)
  const open: OpenGroup[] = []
  for (const one of rest) {
    if (!Array.isArray(one) || one.some((value) => typeof value !== 'number')) return null
    const [kind = 0, offset = 0, state = 0, goesOn = 0] = one as number[]
    open.push({ kind, offset, state, goesOn: goesOn === 1 })
  }
  return { from, read, open, formats }
}
