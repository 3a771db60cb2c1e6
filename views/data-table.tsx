// A table with a caption and scoped headers that becomes a list of cards on a narrow screen.
import type { Child } from 'hono/jsx'

export interface Column {
  readonly label: string
  readonly numeric?: boolean
  /** Takes the room that is left. */
  readonly wide?: boolean
}

interface Props {
  readonly caption: string
  readonly columns: readonly Column[]
  /** A cell for each column; the first names the row. */
  readonly rows: ReadonlyArray<readonly Child[]>
}

export function DataTable({ caption, columns, rows }: Props) {
  return (
    <table class="data">
      <caption class="sr">{caption}</caption>
      <thead>
        <tr>{columns.map((column) => <th scope="col" class={cellClass(column)}>{column.label}</th>)}</tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {columns.map((column, i) => i === 0
              ? <th scope="row" class={cellClass(column)}>{row[i]}</th>
              : <td class={cellClass(column)} data-label={column.label}>{row[i]}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function cellClass({ numeric, wide }: Column): string {
  if (numeric === true) return 'right'
  return wide === true ? 'wide' : 'text'
}
