// One record of the page of logs: a line, opened to all it holds.
import type { ShownRecord } from '../core/http/logs-view.ts'
import { clock } from './format.ts'
import { visible } from './visible.ts'

/** A longer message is cut in its row; opened, the record has it whole. */
const ROW_CHARS = 400

export function RecordRow({ record: { id, time, level, source, message, fields, error } }: { record: ShownRecord }) {
  const text = visible(message)
  return (
    <li id={`r${id}`}>
      <details class={`record level-${level}`}>
        <summary>
          <time datetime={time} title={time}>{clock(Date.parse(time))}</time>
          <span class={`level of-${level}`}>{level}</span>
          <bdi class="source">{visible(source)}</bdi>
          <bdi class="message">{text.length > ROW_CHARS ? `${text.slice(0, ROW_CHARS)}…` : text}</bdi>
        </summary>
        {error === null ? null : <p class="parse-error">Did not parse: {visible(error)}</p>}
        <pre class="whole">{message.split('\n').map(visible).join('\n')}</pre>
        <dl class="fields">{fields.map(([name, value]) => <><dt><bdi>{visible(name)}</bdi></dt><dd><bdi>{visible(value)}</bdi></dd></>)}</dl>
        <p class="note"><a href={`/api/records/${id}`}>JSON</a> <a href={`/api/records/${id}/context`}>Context</a> <span class="soft">{id}</span></p>
      </details>
    </li>
  )
}
