import { DashboardBody, DocumentConflict, ImportOpening, ReportBody } from '@keyhold/contract'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import type { TSchema } from 'typebox'
import type { Plugin } from 'vite'

/** By the file in `src/api/checks` that each is checked in. */
export const checks: Record<string, readonly [name: string, schema: TSchema]> = {
  'dashboard-body': ['isDashboardBody', DashboardBody],
  'document-conflict': ['isDocumentConflict', DocumentConflict],
  'import-opening': ['isImportOpening', ImportOpening],
  'report-body': ['isReportBody', ReportBody],
}

/** JavaScript of a module that exports the check: the page may not make code from text (CSP). */
export function compileCheck(name: string, schema: TSchema): string {
  // `unicode: false` counts UTF-16 units, as the general checker does, and needs no module of Ajv's at run time.
  const code = { source: true, esm: true, lines: false }
  const ajv = new Ajv({ strict: false, unicode: false, messages: false, logger: false, code })
  return standalone(ajv.addSchema(schema, name), { [name]: name })
}

/**
 * Whether what was opened has the form that this version of the page knows is checked by a compiled function: the
 * general checker weighs 15 kB more.
 */
export function compiledChecks(): Plugin {
  return {
    name: 'keyhold-compile-checks',
    load(id) {
      const found = checks[/\/web\/src\/api\/checks\/([a-z-]+)\.ts$/.exec(id)?.[1] ?? '']
      return found === undefined ? null : { code: compileCheck(...found), moduleType: 'js' }
    },
  }
}
