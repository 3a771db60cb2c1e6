// A moment, shown by its age, exact in its title.
import { age, ago, clock, isoTime } from './format.ts'

/** `bare`: without the word "ago", where the label says it. */
export function Time({ at, now, bare = false }: { at: number; now: number; bare?: boolean }) {
  const iso = isoTime(at)
  if (iso === null) return <span>unknown</span>
  return <time datetime={iso} title={clock(at)}>{bare ? age(at, now) : ago(at, now)}</time>
}
