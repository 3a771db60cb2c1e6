import { expect, test } from 'vitest'
import { ansiRuns } from '../../views/ansi-runs.ts'

function check(name: string, text: string, want: Array<[text: string, style: string]>): void {
  test(name, () => expect(ansiRuns(text).map((run) => [run.text, run.style])).toEqual(want))
}

check('plain text is one run', 'plain [31m text', [['plain [31m text', '']])
check('colours, bold and reset', '\u001b[1;31mred\u001b[0m plain \u001b[92mgreen\u001b[39m', [['red', 'ansi-bold ansi-1'], [' plain ', ''], ['green', 'ansi-2']])
check('a ground', '\u001b[41mx\u001b[49my', [['x', 'ansi-on ansi-on-1'], ['y', '']])
check('no number is a reset', '\u001b[33ma\u001b[mb', [['a', 'ansi-3'], ['b', '']])
check('the numbers of 256 colours are no colours of their own', '\u001b[38;5;31mx', [['x', '']])
check('what is no colour stays', '\u001b[31ma\u001b[2Jb', [['a\u001b[2Jb', 'ansi-1']])
check('a torn sequence stays', 'a\u001b[31', [['a\u001b[31', '']])
