/**
 * Samples: data to try Keyhold with, the reports on them and their dashboards. The same in Node and in browsers; makes or
 * names files, sends nothing.
 */
import { clinic } from './clinic/index.ts'
import { flights } from './flights/index.ts'
import type { Sample } from './sample.ts'

export { placeReports, sampleDocumentId, type Sample, type SampleFile, type SampleReport } from './sample.ts'

export const samples: Readonly<Record<Sample['id'], Sample>> = { flights, clinic }
