// A moment, shown by its age, exact in its title.
import { ago, clock, isoTime } from './format.ts'

export function Time({ at, now }: { at: number; now: number }) {
  const iso = isoTime(at)
  if (iso === null) return <span>unknown</span>
  return <time datetime={iso} title={clock(at)}>{ago(at, now)}</time>
}
