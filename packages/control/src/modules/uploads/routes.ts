/** The API of uploads; the content route speaks tus 1.0.0, core protocol (tus.io/protocols/resumable-upload). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Handlers, ReadCall } from '../../platform/http/call.ts'
import { describePrincipal, peerOf } from '../link/index.ts'
import { failUpload } from './errors.ts'
import type { UploadCaller } from './ports.ts'
import type { UploadsModule } from './index.ts'

type UploadOperation =
  | 'createUpload'
  | 'readUpload'
  | 'headUpload'
  | 'patchUpload'
  | 'closeUpload'
  | 'abandonUpload'
  | 'readUploadContent'

type MemberCall = Pick<ReadCall<'readUpload'>, 'organisation' | 'principal' | 'allow'> & {
  readonly params: { readonly project: string }
}

export function createUploadHandlers(uploads: Omit<UploadsModule, 'handlers'>): Handlers<UploadOperation> {
  return {
    async createUpload(call) {
      return call.commit(async (tx) => {
        const upload = await uploads.create(tx, callerOf(call), call.body)
        call.note({
          object: { kind: 'upload', id: upload.id },
          details: { table: upload.table, length: upload.length },
          after: upload,
        })
        return { upload }
      })
    },
    async readUpload(call) {
      noteUpload(call)
      return { upload: await uploads.read(callerOf(call), call.params.upload) }
    },
    async headUpload(call) {
      noteUpload(call)
      speakTus(call.request, call.reply)
      const upload = await uploads.read(callerOf(call), call.params.upload)
      call.reply.header('upload-offset', upload.received).header('upload-length', upload.length)
    },
    async patchUpload(call) {
      noteUpload(call)
      const { request, reply, params, body, commit, note } = call
      // What is not read of a refused body would keep the connection busy for nothing.
      const drop = () => void (request.raw.complete || reply.header('connection', 'close'))
      try {
        speakTus(request, reply)
        const offset = readOffset(request)
        const endSource = () => void request.raw.destroy()
        // Leaving the body early must not end the connection that the refusal goes out on.
        const source = body.iterator({ destroyOnReturn: false })
        const received = await uploads.append(callerOf(call), { upload: params.upload, offset, source, endSource })
        reply.header('upload-offset', received)
        note({ details: { from: offset, to: received } })
        await commit(() => Promise.resolve(undefined))
      } catch (cause) {
        drop()
        throw cause
      }
    },
    async closeUpload(call) {
      noteUpload(call)
      const { params, body, commit, note } = call
      note({ after: { closing: body.closing } })
      return commit(async (tx) => ({ job: await uploads.close(tx, callerOf(call), params.upload, body.closing) }))
    },
    async abandonUpload(call) {
      noteUpload(call)
      await call.commit((tx) => uploads.abandon(tx, callerOf(call), call.params.upload).then(() => undefined))
    },
    async readUploadContent({ principal, params, query, note }) {
      note({ object: { kind: 'upload', id: params.upload }, details: { from: query.offset } })
      return uploads.follow(peerOf(principal), params.upload, query.offset)
    },
  }
}

function callerOf({ organisation, principal, params: { project }, allow }: MemberCall): UploadCaller {
  const requireWrite = (bucket: string) => allow({ project, bucket })
  return { organisation, project, principal: describePrincipal(principal), requireWrite }
}

function noteUpload({ params, note }: Pick<ReadCall<'readUpload'>, 'params' | 'note'>): void {
  note({ object: { kind: 'upload', id: params.upload } })
}

/** @throws `upload.unsupported_protocol` */
function speakTus(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('tus-resumable', '1.0.0')
  if (request.headers['tus-resumable'] === '1.0.0') return
  reply.header('tus-version', '1.0.0')
  throw failUpload('upload.unsupported_protocol')
}

/** @throws `upload.invalid_offset` */
function readOffset({ headers }: FastifyRequest): number {
  const text = headers['upload-offset']
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) throw failUpload('upload.invalid_offset')
  return Number(text)
}
