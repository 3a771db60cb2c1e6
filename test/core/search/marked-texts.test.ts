import { expect, test } from 'vitest'
import { markedTexts } from '../../../core/search/marked-texts.ts'
import { parseQuery } from '../../../core/search/parse-query.ts'

function check(q: string, want: readonly string[]): void {
  test(q, () => {
    const query = parseQuery(q)
    if (!query.ok) throw new Error(query.message)
    expect(markedTexts(query.query)).toEqual(want)
  })
}

check('"Card Declined" login', ['card declined', 'login'])
check('login -failed', ['login'])
check('(a1 OR b22) tag:payment level:error', ['b22', 'a1'])
check('message:declined status:500', ['declined', '500'])
check('pay*ment', ['ment', 'pay'])
check('/x+y/ latency_ms:>5 user:*', [])
check('', [])
