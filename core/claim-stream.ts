// How a parser answers `auto`: it claims a stream when most of its first lines are such lines.
import type { ParserTaps } from './define-plugin.ts'
import type { Sample } from './hooks.ts'

/**
 * Built-in parsers in the order in which `auto` asks them: what wraps other formats first, what is told by a strict shape before what
 * would also fit a loose one. A parser declared under a name of its own is asked before all of them.
 */
const ORDER = ['docker', 'json', 'cri', 'combined', 'common', 'syslog', 'klog', 'postgres', 'log4j', 'csv', 'logfmt', 'embedded_json', 'text']

export interface Claimant {
  /** The component's name, which is the answer. */
  readonly name: string
  /** The plugin's type, which gives its turn. */
  readonly type: string
  readonly hooks: Pick<ParserTaps, 'detect'>
}

/**
 * Claims a stream when more than half of the sample's lines are such lines. Blank lines, and lines that go on from the one before
 * (indented, `Caused by:`, `... 12 more`), say nothing. `what` names the format, for the page. `isSuch` is also given the whole sample;
 * `claimed` is told of a stream that was claimed.
 */
export function claimStream({ name, type, hooks }: Claimant, what: string, isSuch: (line: string, sample: readonly string[]) => boolean, claimed?: (sample: Sample) => void): void {
  const turn = ORDER.indexOf(type)
  const stage = name !== type ? 0 : turn === -1 ? 1 : 2 + turn
  hooks.detect.tap({ name, stage }, (sample) => {
    let such = 0
    let others = 0
    for (const line of sample.lines) {
      if (isSuch(line, sample.lines)) such++
      else if (!goesOn(line)) others++
    }
    if (such <= others) return undefined
    sample.why = `${such} of ${such + others} lines are ${what}`
    claimed?.(sample)
    return name
  })
}

/** Says nothing of the format: blank, or the rest of a record that spans lines. */
function goesOn(line: string): boolean {
  const first = line.charCodeAt(0)
  return Number.isNaN(first) || first === 32 || first === 9 || /^(?:\s*$|Caused by: |\.\.\. \d+ more|[}\])]+$)/.test(line)
}
