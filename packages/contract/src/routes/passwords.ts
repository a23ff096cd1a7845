import { Type } from 'typebox'
import { Proof } from '../proof.ts'
import { anyone, member, route } from '../route.ts'
import { strict } from '../schema.ts'

const Email = Type.String({ pattern: '^[^@\\s]{1,64}@[^@\\s]{1,190}$', maxLength: 254 })
/** Eight characters will do beside a second factor; the server asks for fifteen without one. */
const NewPassword = Type.String({ minLength: 8, maxLength: 1000 })

export const passwordRoutes = {
  changePassword: route({
    operationId: 'changePassword',
    method: 'POST',
    path: '/v1/me/password',
    summary: 'Changes one’s own password; ends one’s other sessions',
    access: member('self.use', 'none'),
    audit: { action: 'password.change', kind: 'change' },
    body: strict({
      current: Type.String({ maxLength: 1000 }),
      password: NewPassword,
      proof: Type.Optional(Proof),
    }),
    secretive: true,
    response: { status: 204 },
  }),
  requestReset: route({
    operationId: 'requestReset',
    method: 'POST',
    path: '/v1/password-resets',
    summary: 'Asks for a mail with a link to choose a new password; the answer is the same for unknown addresses',
    access: anyone,
    audit: { action: 'password.request_reset', kind: 'change' },
    body: strict({ email: Email, proof: Type.Optional(Proof) }),
    response: { status: 202 },
  }),
  resetPassword: route({
    operationId: 'resetPassword',
    method: 'POST',
    path: '/v1/password-resets/use',
    summary: 'Sets a new password with the secret of a mailed link; ends all of the person’s sessions, opens none',
    access: anyone,
    audit: { action: 'password.reset', kind: 'change' },
    body: strict({ secret: Type.String({ minLength: 1, maxLength: 200 }), password: NewPassword }),
    response: { status: 204 },
  }),
} as const
