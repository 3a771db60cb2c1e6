// Everything below /api, in one place: docs/api.md lists the same, and a test holds the two together.
import type { Hono } from 'hono'
import type { Erased, EraseRequest } from '../erase/eraser.ts'
import type { SealReport } from '../journal/seal-report.ts'
import type { OutputControl } from '../output-control.ts'
import type { ReadModel } from '../read-model.ts'
import type { Store } from '../search/store.ts'
import { mountEraseApi } from './erase-api.ts'
import { mountExportApi } from './export-api.ts'
import { mountLevelApi, type SetLevel } from './level-api.ts'
import { mountLogsApi } from './logs-api.ts'
import type { OpenExports } from './open-exports.ts'
import { mountOutputsApi } from './outputs-api.ts'
import { mountRetentionApi } from './retention-api.ts'
import { mountSealApi } from './seal-api.ts'
import { mountSearchApi } from './search-api.ts'
import { mountStatsApi } from './stats-api.ts'
import { mountTailApi } from './tail-api.ts'
import type { Tails } from './tails.ts'

export interface ApiParts {
  readonly model: ReadModel
  readonly store: Store
  readonly tails: Tails
  readonly exports: OpenExports
  readonly seal: () => Promise<SealReport>
  readonly erase: (request: EraseRequest) => Promise<Erased>
  readonly outputs: OutputControl
  readonly setLevel: SetLevel
}

export function mountApi(app: Hono, { model, store, tails, exports, seal, erase, outputs, setLevel }: ApiParts): void {
  mountStatsApi(app, model)
  mountRetentionApi(app, model)
  mountLogsApi(app, store)
  mountExportApi(app, store, exports)
  mountSearchApi(app, store)
  mountTailApi(app, tails)
  mountSealApi(app, seal)
  mountEraseApi(app, erase)
  mountOutputsApi(app, outputs)
  mountLevelApi(app, model, setLevel)
}
