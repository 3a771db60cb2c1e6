// What the pages are as the HTTP side sees them: functions to HTML text. `server.ts` hands them in, since core does not know the views.
import type { ReadModel, TapStatus } from '../read-model.ts'
import type { Store } from '../search/store.ts'
import type { CheckView, ConfigShown } from './config-view.ts'
import type { SetLevel } from './level-api.ts'
import type { MissingRecord, RecordView } from './log-record-routes.ts'
import type { LogsAside, NamedSearches } from './logs-aside.ts'
import type { LogsFields } from './logs-fields.ts'
import type { LogsHistogram } from './logs-histogram.ts'
import type { LogsRequest, LogsView } from './logs-view.ts'
import type { Overview } from './overview-view.ts'
import type { PageFrame } from './page-frame.ts'
import type { PipelineView } from './pipeline-view.ts'
import type { ShownRecord } from './shown-record.ts'
import type { Tails } from './tails.ts'
import type { TrialView } from './trial-view.ts'
import type { Workbench } from './workbench.ts'

export interface Asset {
  readonly contentType: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
}

/** Whole HTML documents, and as `...Fragment` the parts of them that are asked for alone. */
export interface Pages {
  metrics(model: ReadModel, overview: Overview, frame: PageFrame): string
  metricsFragment(model: ReadModel, overview: Overview, frame: PageFrame): string
  logs(view: LogsView, aside: LogsAside, frame: PageFrame): string
  /** The rows of a page, and the way to the next. */
  logsRowsFragment(view: LogsView): string
  /** Rows for a live tail, newest first. */
  logsTailRows(records: readonly ShownRecord[], request: LogsRequest): string
  record(view: RecordView, frame: PageFrame): string
  missingRecord(missing: MissingRecord, frame: PageFrame): string
  /** What an opened row holds. */
  recordDetail(view: Pick<RecordView, 'record' | 'text'>, request: LogsRequest): string
  logsHistogramFragment(request: LogsRequest, histogram: LogsHistogram): string
  logsFieldsFragment(request: LogsRequest, fields: LogsFields): string
  config(model: ReadModel, shown: ConfigShown, frame: PageFrame): string
  pipeline(view: PipelineView, frame: PageFrame): string
  pipelineFragment(view: PipelineView): string
  /** Rows, newest first. */
  pipelineTapFragment(tap: TapStatus): string
  pipelineTrialFragment(trial: TrialView): string
  configCheckFragment(check: CheckView): string
  /** By its name in /assets/, which contains a hash of the content. */
  asset(name: string): Asset | undefined
}

/** What the routes of the pages work with. */
export interface PageParts {
  readonly model: ReadModel
  readonly store: Store
  readonly pages: Pages
  /** As the API has it. */
  readonly setLevel: SetLevel
  /** Absent where no searches are kept. */
  readonly saved?: NamedSearches
  /** Absent where nobody may change or try anything. */
  readonly workbench?: Workbench
  /** Absent where nothing can be followed. */
  readonly tails?: Tails
}
