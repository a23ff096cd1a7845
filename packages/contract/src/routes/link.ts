import { Type } from 'typebox'
import { anyone, dataPlane, route } from '../route.ts'
import { Base64Url, Count, Digest, Id, strict } from '../schema.ts'

/** Routes that only a data plane calls. */
export const linkRoutes = {
  enrolDataPlane: route({
    operationId: 'enrolDataPlane',
    method: 'POST',
    path: '/v1/link/enrol',
    summary: 'Enrols a data plane with a single-use token',
    access: anyone,
    audit: { action: 'data_plane.enrol', kind: 'change' },
    body: strict({
      token: Type.String({ maxLength: 200 }),
      identityPublicKey: Base64Url,
      anchorPublicKey: Base64Url,
      signature: Base64Url,
    }),
    response: { status: 201, body: strict({ organisation: Id, dataPlane: Id, ledgerKey: Type.String() }) },
  }),
  openLink: route({
    operationId: 'openLink',
    method: 'GET',
    path: '/v1/link',
    summary: 'The data plane’s WebSocket; it authenticates with its first call',
    access: anyone,
    audit: { action: 'data_plane.link', kind: 'change' },
    response: { status: 101 },
  }),
  putObject: route({
    operationId: 'putObject',
    method: 'PUT',
    path: '/v1/link/objects/:object',
    summary: 'Stages a sealed object',
    access: dataPlane,
    audit: { action: 'object.put', kind: 'change' },
    params: strict({ object: Id }),
    body: { bytes: 'application/vnd.keyhold.sealed' },
    response: { status: 201, body: strict({ length: Count, digest: Digest }) },
  }),
  readObject: route({
    operationId: 'readObject',
    method: 'GET',
    path: '/v1/link/objects/:object',
    summary: 'A sealed object, whole or by Range',
    access: dataPlane,
    audit: { action: 'object.read', kind: 'read' },
    params: strict({ object: Id }),
    response: { status: 200, body: { bytes: 'application/vnd.keyhold.sealed' } },
  }),
  readUploadContent: route({
    operationId: 'readUploadContent',
    method: 'GET',
    path: '/v1/link/uploads/:upload/content',
    summary: 'Ciphertext of an upload from an offset; waits for more for up to 20 seconds',
    access: dataPlane,
    audit: { action: 'upload.content', kind: 'read' },
    params: strict({ upload: Id }),
    query: strict({ offset: Type.Integer({ minimum: 0 }) }),
    response: { status: 200, body: { bytes: 'application/vnd.keyhold.sealed' } },
  }),
  postResponse: route({
    operationId: 'postResponse',
    method: 'POST',
    path: '/v1/link/responses/:request',
    summary: 'A sealed response too large for a frame; piped to the client that waits',
    access: dataPlane,
    audit: { action: 'response.post', kind: 'read' },
    params: strict({ request: Id }),
    body: { bytes: 'application/vnd.keyhold.sealed' },
    response: { status: 204 },
  }),
} as const
