/** A table written anew by the engine, from its own files and those that a load brought. */
import { basename } from 'node:path'
import type { Column } from '@keyhold/contract'
import type { Engine, Limits, RewriteResult } from '../engine/index.ts'
import type { TableState } from '../project/catalogue.ts'
import type { PlainFiles } from '../query/plain-files.ts'
import type { FileStage } from './file-stage.ts'
import type { KeyPlan } from './key-rules.ts'

export type RewritePlan = {
  /** Columns of the files that the load brought. */
  readonly found: readonly Column[]
  readonly columns: readonly Column[]
  readonly key: KeyPlan | null
  /** The table as it is; undefined where nothing of it is kept. */
  readonly base: TableState | undefined
}

type RewriteSetting = {
  readonly engine: Engine
  readonly plain: PlainFiles
  readonly stage: FileStage
  readonly limits: Limits
}

/** Seals the new files into the stage. @throws `import.key_not_unique`, `import.schema_lossy`, `engine.` codes */
export async function rewriteTable(
  plan: RewritePlan,
  { engine, plain, stage, limits }: RewriteSetting,
  signal: AbortSignal,
): Promise<RewriteResult> {
  const files = plan.base?.manifest.files ?? []
  const held: string[] = []
  const linked: string[] = []
  const link = async (path: string, name: string) => {
    await engine.linkFile(path, name)
    linked.push(name)
    return name
  }
  try {
    const base: string[] = []
    for (const file of files) {
      const path = await plain.hold(plan.base?.manifest.tableId ?? '', file)
      held.push(file.object)
      base.push(await link(path, `base-${file.object}.parquet`))
    }
    const added: string[] = []
    for (const { path } of stage.kept) added.push(await link(path, basename(path)))
    const request = {
      base: { files: base, columns: plan.base?.manifest.columns ?? [] },
      added: { files: added, columns: plan.found.map(({ name, type }) => ({ name, type })) },
      columns: plan.columns,
      key: plan.key?.columns ?? null,
      checkBase: plan.key?.isNew === true,
      limits,
      onDataFile: (file: Parameters<FileStage['seal']>[0]) => stage.seal(file),
    }
    return await engine.rewrite(request, signal)
  } finally {
    for (const name of linked) await engine.dropFile(name)
    for (const object of held) plain.release(object)
  }
}
