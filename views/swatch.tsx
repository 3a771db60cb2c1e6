// The colour of a level, beside its name.
import type { Level } from '../core/level.ts'

export function Swatch({ level }: { level: Level }) {
  return <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" class={`level-${level}`} /></svg>
}
