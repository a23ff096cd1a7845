/** How operators' routes are called. */
import { randomUUIDv7 } from 'node:crypto'
import type { OperationId } from '@keyhold/contract'
import { stageObject } from '../../modules/jobs/testing/work-steps.ts'
import { inAnHour, type Way } from './access-way.ts'

const digest = 'A'.repeat(43)
/** Whether a passkey is right is not about who calls; the operators' own tests sign in. */
const notSigned = { id: digest, clientDataJSON: digest, authenticatorData: digest, signature: digest }
const notMade = { id: digest, clientDataJSON: digest, attestationObject: digest, transports: [] }
const unknownOrganisation: Way = { status: 404, prepare: () => ({ params: { organisation: randomUUIDv7() } }) }
export const operatorWays = {
  // Reached by a number in place of a name, for which there are no passkeys.
  readOperatorChallenge: { status: 400 },
  signInOperator: { status: 401, prepare: () => ({ body: { challenge: digest, answer: notSigned } }) },
  beginOperatorEnrolment: { status: 401, prepare: () => ({ body: { secret: 'none' } }) },
  enrolOperator: {
    status: 401,
    prepare: () => ({
      body: {
        secret: 'none',
        challenge: digest,
        answer: notMade,
      },
    }),
  },
  readOperatorSelf: {},
  signOutOperator: { endsCaller: true },
  listOperatorSessions: {},
  endOperatorSession: { status: 404, prepare: () => ({ params: { session: randomUUIDv7() } }) },
  endOtherOperatorSessions: {},
  listOperatorPasskeys: {},
  beginOperatorPasskey: { status: 400 },
  addOperatorPasskey: {
    status: 400,
    prepare: () => ({ body: { name: 'A key', challenge: digest, answer: notMade } }),
  },
  renameOperatorPasskey: {
    status: 404,
    prepare: () => ({ params: { passkey: randomUUIDv7() }, body: { name: 'A key' } }),
  },
  removeOperatorPasskey: { status: 404, prepare: () => ({ params: { passkey: randomUUIDv7() } }) },
  approveOperatorRequest: {
    status: 404,
    prepare: () => ({ params: { request: randomUUIDv7() }, body: { roles: ['monitoring'] } }),
  },
  withdrawOperatorRequest: { status: 404, prepare: () => ({ params: { request: randomUUIDv7() } }) },
  beginOperatorStepUp: { status: 400 },
  stepUpOperator: { status: 403, prepare: () => ({ body: { challenge: digest, answer: notSigned } }) },
  listOperators: {},
  inviteOperator: { prepare: () => ({ body: { name: 'Somebody', roles: ['monitoring'] } }) },
  revokeOperatorInvitation: { status: 404, prepare: () => ({ params: { invitation: randomUUIDv7() } }) },
  changeOperatorRoles: {
    status: 404,
    prepare: () => ({ params: { operator: randomUUIDv7() }, body: { roles: ['monitoring'] } }),
  },
  removeOperator: { status: 404, prepare: () => ({ params: { operator: randomUUIDv7() } }) },
  readInstallationHealth: {},
  readVersions: {},
  announceMaintenance: {
    prepare: () => ({ body: { starts: new Date().toISOString(), ends: inAnHour(), message: 'A new version' } }),
  },
  withdrawMaintenance: {},
  listOrganisations: {},
  createOrganisation: { prepare: () => ({ body: { label: 'A customer' } }) },
  renewEnrolment: unknownOrganisation,
  suspendOrganisation: unknownOrganisation,
  resumeOrganisation: unknownOrganisation,
  listCiphertext: { prepare: (_node, { place }) => ({ params: { organisation: place.organisation } }) },
  readCiphertext: {
    prepare: async (node, { place, plane }) => ({
      params: { organisation: place.organisation, object: (await stageObject(node, plane)).object },
    }),
  },
  listInstallationEntries: {},
  readInstallationCheckpoint: {},
  exportInstallationLog: {},
} as const satisfies Partial<Record<OperationId, Way>>
