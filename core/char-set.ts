// Which characters an atom of a regular expression can match, as far as telling two apart needs it.

/** A flag for each ASCII code, the last for everything beyond. */
export type CharSet = Uint8Array

export const BEYOND = 128

export function disjoint(a: CharSet, b: CharSet): boolean {
  for (let i = 0; i <= BEYOND; i++) if (a[i] === 1 && b[i] === 1) return false
  return true
}

export function only(chars: string): CharSet {
  const set = new Uint8Array(BEYOND + 1)
  for (const char of chars) set[Math.min(char.codePointAt(0) as number, BEYOND)] = 1
  return set
}

export function except(chars: string): CharSet {
  const set = new Uint8Array(BEYOND + 1).fill(1)
  for (const char of chars) set[char.charCodeAt(0)] = 0
  return set
}

/** Both cases of every letter. Letters beyond ASCII may fold into ASCII and back (the Kelvin sign), hence the flag. */
export function fold(set: CharSet, ignoreCase: boolean): CharSet {
  if (!ignoreCase) return set
  const folded = set.slice()
  for (let upper = 65; upper <= 90; upper++) {
    if (set[upper] !== 1 && set[upper + 32] !== 1) continue
    folded[upper] = folded[upper + 32] = folded[BEYOND] = 1
  }
  return folded
}
