// The newest warnings and errors among the records; a line each, that leads to the record.
import type { Trouble, Troubles as Found } from '../core/http/newest-troubles.ts'
import { Cut } from './cut.tsx'
import { Section } from './section.tsx'
import { Time } from './time.tsx'
import { visible } from './visible.ts'

/** One line of the widest card; the rest is in the record. */
const MESSAGE_CHARS = 220

export function Troubles({ troubles, now }: { troubles: Found | null; now: number }) {
  return (
    <Section id="troubles" title="Newest warnings and errors" note={<a href="/logs?q=level%3A%3E%3Dwarn">All of them</a>}>
      {troubles === null
        ? <p class="empty">Looking for them takes longer than usual; the next look is in two seconds.</p>
        : troubles.newest.length === 0
          ? <p class="empty">{troubles.complete ? 'None. Records of level warn and above appear here.' : 'None among the newest records; older ones were not looked at.'}</p>
          : <ul class="troubles">{troubles.newest.map((trouble) => <Line trouble={trouble} now={now} />)}</ul>}
    </Section>
  )
}

/** Without an id: a poll then changes the words of a line where it stands. With one, lines would move under whoever points at them. */
function Line({ trouble: { id, time, level, source, message }, now }: { trouble: Trouble; now: number }) {
  return (
    <li>
      <a class="trouble" href={`/logs/record/${id}`}>
        <span class={`level of-${level}`}>{level}</span>
        <span class="soft trouble-time"><Time at={time} now={now} bare /></span>
        <bdi class="soft trouble-source">{visible(source)}</bdi>
        <span class="trouble-message"><Cut text={message} max={MESSAGE_CHARS} /></span>
      </a>
    </li>
  )
}
