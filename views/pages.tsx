// All pages as functions from the read model to HTML text, and the assets they load: what `server.ts` hands to the HTTP side.
import type { LogsView } from '../core/http/logs-view.ts'
import type { ReadModel } from '../core/read-model.ts'
import { loadAssets, type LoadedAsset } from './assets.ts'
import { ConfigPage } from './config-page.tsx'
import { Dashboard } from './dashboard.tsx'
import { Layout } from './layout.tsx'
import { LogsPage } from './logs-page.tsx'
import { takeSnapshot } from './snapshot.ts'

export interface ViewPages {
  metrics(model: ReadModel, origin: string): string
  metricsFragment(model: ReadModel, origin: string): string
  logs(view: LogsView, version: string): string
  config(model: ReadModel, all: boolean): string
  asset(name: string): LoadedAsset | undefined
}

export function createPages(): ViewPages {
  const assets = loadAssets()
  return {
    metrics(model, origin) {
      const page = (
        <Layout title="Metrics" current="/metrics" version={model.version} assets={assets} live>
          <Dashboard snapshot={takeSnapshot(model, origin)} />
        </Layout>
      )
      // hono/jsx writes no doctype, and without one browsers fall back to quirks.
      return `<!doctype html>${String(page)}`
    },
    metricsFragment: (model, origin) => String(<Dashboard snapshot={takeSnapshot(model, origin)} />),
    logs: (view, version) => `<!doctype html>${String(
      <Layout title={view.q === '' ? 'Logs' : `${view.q} · Logs`} current="/logs" version={version} assets={assets}>
        <LogsPage view={view} />
      </Layout>,
    )}`,
    config: (model, all) => `<!doctype html>${String(
      <Layout title="Config" current="/config" version={model.version} assets={assets}>
        <ConfigPage status={model.config()} all={all} />
      </Layout>,
    )}`,
    asset: (name) => assets.find(name),
  }
}
