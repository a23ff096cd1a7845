import { formatLoginString } from '@keyhold/client'
import { writeJson, writeLine, type Command } from '../command.ts'
import { withSession } from '../session/session.ts'

export const whoami: Command = {
  name: 'whoami',
  usage: 'whoami',
  summary: 'Who you are signed in as, where, and with which scopes',
  options: {},
  async run(context) {
    await withSession(context, async ({ api, credentials, signer }) => {
      const self = await api.call('readSelf', {})
      const login = formatLoginString(credentials)
      const document = { ...self, url: credentials.url, login, email: credentials.email, device: signer.keyId }
      if (context.json) return writeJson(context.out, document)
      const scopes = self.scopes?.map(({ bucket, access }) => `${bucket}:${access}`).join(', ') ?? 'everything'
      await writeLine(context.out, `${self.kind} ${credentials.email ?? self.id}`)
      await writeLine(context.out, `organisation ${self.organisationName} (${self.organisation})`)
      await writeLine(context.out, `custody ${self.custody}, data plane ${self.dataPlane}`)
      await writeLine(context.out, `may reach ${scopes}`)
      await writeLine(context.out, `signing key ${signer.keyId}`)
      await writeLine(context.out, `login string '${login}'`)
    })
  },
}
