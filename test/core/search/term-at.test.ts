import { expect, test } from 'vitest'
import { termAt } from '../../../core/search/term-at.ts'

/** `|` is the place; `want` is the name, what begins and how it begins. */
function check(marked: string, want: readonly [name: string | null, from: number, prefix: string] | null): void {
  const at = marked.indexOf('|')
  const found = termAt(marked.replace('|', ''), at)
  expect([marked, found === null ? null : [found.name, found.from, found.prefix]]).toEqual([marked, want])
}

test('finds the name or value that is being written', () => {
  check('|', [null, 0, ''])
  check('lev|', [null, 0, 'lev'])
  check('lev|el:error', [null, 0, 'lev'])
  check('level:|', ['level', 6, ''])
  check('level:er|', ['level', 6, 'er'])
  check('a -level:er| b', ['level', 9, 'er'])
  check('a |', [null, 2, ''])
  check('a -|', [null, 3, ''])
  check('(a OR le|', [null, 6, 'le'])
  check('status:(500 OR 5|', ['status', 15, '5'])
  check('status:(500) le|', [null, 13, 'le'])
  check('path:"/a b|', ['path', 5, '/a b'])
  check('"my key":v|', ['my key', 9, 'v'])
  check('my\\ key:v|', ['my key', 8, 'v'])
})

test('leaves alone what is not completed', () => {
  for (const text of ['"card dec|', '/time(d )?o|', 'path:/a b|', 'n:>8|', 'n:[1 TO 2|', 'a)|']) check(text, null)
})

test('ends, whatever the text is', () => {
  const pieces = ['"', '\\', '(', ')', ':', '/', '[', '{', '>', '-', ' ', 'a', '*']
  for (let i = 0; i < pieces.length ** 4; i++) {
    const text = [0, 1, 2, 3].map((n) => pieces[Math.floor(i / pieces.length ** n) % pieces.length]).join('')
    for (let at = 0; at <= 4; at++) termAt(text, at)
  }
})
