/** What a data plane asks about an upload that it imports. */
import { Type } from 'typebox'
import type { RegisterControlMethod } from '../link/index.ts'
import { failUpload } from './errors.ts'
import type { UploadSetting } from './setting.ts'
import { readOpening, readUploadRow } from './store.ts'

const Read = Type.Object({ upload: Type.String({ format: 'uuid' }) }, { additionalProperties: false })

export function registerUploadMethods(register: RegisterControlMethod, { database }: UploadSetting): void {
  register('uploads.read', Read, async ({ organisation }, { upload }) =>
    database.readTenant({ organisation }, async (tx) => {
      const row = await readUploadRow(tx, upload)
      const opening = await readOpening(tx, upload)
      if (row === undefined || opening === undefined) throw failUpload('upload.unknown')
      const { state, table, file, mode, length, headerLength, segmentLength, received, closing, principal } = row
      const geometry = { length, headerLength, segmentLength, received }
      return { state, table, file, mode, ...geometry, opening: opening.toString('base64url'), closing, principal }
    }),
  )
}
