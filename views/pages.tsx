// All pages as functions from the read model to HTML text, and the assets they load: what `server.ts` hands to the HTTP side.
import type { Child } from 'hono/jsx'
import type { PageFrame } from '../core/http/page-frame.ts'
import type { Pages } from '../core/http/pages.ts'
import { loadAssets } from './assets.ts'
import { ConfigCheckResult } from './config-check-result.tsx'
import { CONFIG_SHORTCUTS, ConfigPage } from './config-page.tsx'
import { Dashboard, OVERVIEW_KEYS } from './dashboard.tsx'
import { FieldsRail } from './fields-rail.tsx'
import { Histogram } from './histogram.tsx'
import { Layout, type LayoutProps } from './layout.tsx'
import { LogsPage } from './logs-page.tsx'
import { LOGS_SHORTCUTS } from './logs-shortcuts.ts'
import { PipelineLive } from './pipeline-live.tsx'
import { PIPELINE_SHORTCUTS, PipelinePage } from './pipeline-page.tsx'
import { PipelineTapRows } from './pipeline-tap-rows.tsx'
import { PipelineTrialResult } from './pipeline-trial-result.tsx'
import { RecordDetail } from './record-detail.tsx'
import { RecordList } from './record-list.tsx'
import { recordLook } from './record-look.ts'
import { MissingRecordPage, RecordPage } from './record-page.tsx'
import { RecordRow } from './record-row.tsx'
import { takeSnapshot } from './snapshot.ts'
import { visible } from './visible.ts'

export function createPages(): Pages {
  const assets = loadAssets()
  // hono/jsx writes no doctype, and without one browsers fall back to quirks.
  const whole = (frame: PageFrame, about: Omit<LayoutProps, 'frame' | 'assets' | 'children'>, content: Child): string =>
    `<!doctype html>${String(<Layout frame={frame} assets={assets} {...about}>{content}</Layout>)}`
  return {
    metrics: (model, overview, frame) => whole(frame, { title: 'Metrics', current: '/metrics', scripts: ['htmx.min.js', 'live.js', 'overview.js'], shortcuts: OVERVIEW_KEYS }, <Dashboard snapshot={takeSnapshot(model, frame.origin)} overview={overview} />),
    metricsFragment: (model, overview, frame) => String(<Dashboard snapshot={takeSnapshot(model, frame.origin)} overview={overview} />),
    logs: (view, aside, frame) => whole(frame, { title: view.q === '' ? 'Logs' : `${view.q} · Logs`, heading: 'Logs', current: '/logs', scripts: ['logs-fields.js', 'logs-brush.js', 'logs-complete.js', 'logs-saved.js', 'logs-parts.js', 'logs-rows.js', 'logs-record.js', 'logs-tail.js'], shortcuts: LOGS_SHORTCUTS }, <LogsPage view={view} aside={aside} />),
    logsRowsFragment: (view) => String(<RecordList view={view} />),
    logsTailRows: (records, request) => {
      const look = recordLook(request)
      return String(<>{records.map((record) => <RecordRow record={record} look={look} />)}</>)
    },
    record: (view, frame) => whole(frame, { title: `Record ${view.record.id}`, current: '/logs', scripts: ['logs-record.js'] }, <RecordPage view={view} />),
    missingRecord: (missing, frame) => whole(frame, { title: 'No such record', current: '/logs', scripts: [] }, <MissingRecordPage missing={missing} />),
    recordDetail: (view, request) => String(<RecordDetail view={view} request={request} />),
    logsHistogramFragment: (request, histogram) => String(<Histogram request={request} histogram={histogram} />),
    logsFieldsFragment: (request, fields) => String(<FieldsRail request={request} fields={fields} />),
    config: (model, shown, frame) => whole(frame, { title: 'Config', current: '/config', scripts: ['config.js', 'form-part.js'], shortcuts: CONFIG_SHORTCUTS }, <ConfigPage status={model.config()} shown={shown} />),
    configCheckFragment: (check) => String(<ConfigCheckResult check={check} />),
    pipeline: (view, frame) => whole(frame, { title: view.node === null ? 'Pipeline' : `${visible(view.node.node.name)} · Pipeline`, heading: 'Pipeline', current: '/pipeline', scripts: ['htmx.min.js', 'live.js', 'pipeline.js', 'pipeline-tap.js', 'form-part.js'], shortcuts: PIPELINE_SHORTCUTS }, <PipelinePage view={view} />),
    pipelineFragment: (view) => String(<PipelineLive view={view} />),
    pipelineTapFragment: (tap) => String(<PipelineTapRows rows={tap.rows} />),
    pipelineTrialFragment: (trial) => String(<PipelineTrialResult trial={trial} />),
    asset: (name) => assets.find(name),
  }
}
