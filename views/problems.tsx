// Problems an operator should see, each with its remedy; repeats are counted.
import type { Snapshot } from './snapshot.ts'
import { Cut } from './cut.tsx'
import { count, exact } from './format.ts'
import { Section } from './section.tsx'
import { Time } from './time.tsx'

const SHOWN = 5
const WORDS = { info: 'Note', warn: 'Warning', error: 'Error' } as const

export function Problems({ problems, now }: Pick<Snapshot, 'problems' | 'now'>) {
  const item = (problem: Snapshot['problems'][number]) => (
    <li class={`problem problem-${problem.level}`}>
      <p class="problem-head">
        <span class={`badge badge-${problem.level}`}>{WORDS[problem.level]}</span>
        <strong><Cut text={problem.component} max={40} /></strong>
        {problem.count > 1 && <span class="num" title={`${exact(problem.count)} times`}>×{count(problem.count)}</span>}
        <span class="soft"><Time at={problem.time} now={now} /></span>
      </p>
      <p><Cut text={problem.message} max={400} /></p>
      {problem.remedy !== '' && <p class="remedy"><Cut text={problem.remedy} max={400} /></p>}
    </li>
  )
  return (
    <Section id="problems" title="Problems" wide note={problems.length > SHOWN ? `${count(problems.length)} different ones` : undefined}>
      {problems.length === 0 ? <p class="empty">None.</p> : <ul class="problems">{problems.slice(0, SHOWN).map(item)}</ul>}
      {problems.length > SHOWN && (
        <details id="problems-more">
          <summary>{count(problems.length - SHOWN)} older</summary>
          <ul class="problems">{problems.slice(SHOWN).map(item)}</ul>
        </details>
      )}
    </Section>
  )
}
