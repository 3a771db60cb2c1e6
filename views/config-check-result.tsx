// What is wrong with a text that was checked, beside the lines it is about.
import type { CheckView } from '../core/http/config-view.ts'
import { ConfigProblems } from './config-problems.tsx'
import { plural } from './format.ts'
import { visible } from './visible.ts'

/** Lines shown around a mistake. */
const AROUND = 2
/** A text with more mistakes is another file. */
const MOST = 100
const MAX_LINE = 300

export function ConfigCheckResult({ check: { text, refused, problems } }: { check: CheckView }) {
  if (refused !== null) return <p class="said said-bad">{refused}</p>
  if (problems === null) return null
  if (problems.length === 0) return <p class="said"><strong>OK</strong>: this configuration is valid.</p>
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const shown = problems.slice(0, MOST)
  return (
    <>
      <p class={errors === 0 ? 'said said-warn' : 'said said-bad'}><strong>{errors === 0 ? 'OK, but' : 'Not valid'}</strong>: {plural(problems.length, errors === problems.length ? 'error' : 'problem')}.{problems.length > MOST ? ` The first ${MOST} are shown.` : ''}</p>
      {shown.some(({ line }) => line === 0) ? <ConfigProblems problems={shown.filter(({ line }) => line === 0)} /> : null}
      <Listing text={text} problems={shown.filter(({ line }) => line > 0)} />
    </>
  )
}

function Listing({ text, problems }: { text: string; problems: NonNullable<CheckView['problems']> }) {
  const lines = text.split('\n')
  const near = new Set(problems.flatMap(({ line }) => Array.from({ length: 2 * AROUND + 1 }, (_, i) => line - AROUND + i)))
  const numbers = [...near].filter((line) => line >= 1 && line <= lines.length).toSorted((a, b) => a - b)
  return (
    <ol class="listing">
      {numbers.map((number, i) => {
        const own = problems.filter(({ line }) => line === number)
        return (
          <li class={`${own.length > 0 ? 'wrong' : ''}${i > 0 && number > (numbers[i - 1] as number) + 1 ? ' gap' : ''}`}>
            <span class="listing-number">{number}</span>
            <code>{visible((lines[number - 1] as string).slice(0, MAX_LINE)) || ' '}</code>
            {own.length === 0 ? null : <ConfigProblems problems={own} />}
          </li>
        )
      })}
    </ol>
  )
}
