/** A token was found where it should not be: it ends at once, and who must know hears of it. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Found } from '../../platform/database/database.ts'
import { endFoundToken, type Forget } from './revoke-token.ts'
import { tokenPattern } from './secret.ts'
import type { TokenSetting } from './setting.ts'
import { readEndableToken, type EndableToken } from './store.ts'

/** Milliseconds that a report takes at least, whether there is such a token or not. */
const evenTime = 250

/** Ends the token that the text holds, whole or only its server half; the same steps outwardly for any text. */
export async function reportLeakedToken(setting: TokenSetting, text: string, forget: Forget): Promise<void> {
  const secret = tokenPattern.exec(text)?.[0]
  await Promise.all([pause(evenTime), secret !== undefined && endLeaked(setting, secret, forget)])
}

async function endLeaked(setting: TokenSetting, secret: string, forget: Forget): Promise<void> {
  const found = await endFoundToken(setting, secret, 'token.reported', forget)
  if (found === undefined) return
  // Not waited for: the token has ended, and mail may be slow.
  tellOwners(setting, found).catch((cause: unknown) => setting.log.error('token.report_mail_failed', found, cause))
}

async function tellOwners(setting: TokenSetting, found: Found): Promise<void> {
  const { database, readContacts, queueMail } = setting
  const token = await database.readTenant(found, (tx) => readEndableToken(tx, found.id))
  if (token === undefined) return
  const contacts = await readContacts(found.organisation, token.person ?? token.createdBy)
  const text = writeMail(token)
  const subject = 'A token of yours was found and has been ended'
  await database.withTenant(found, async (tx) => {
    for (const to of contacts) await queueMail(tx, found.organisation, { to, subject, text })
  })
}

function writeMail({ id, name }: EndableToken): string {
  return [
    `Somebody found the token "${name}" where it should not be, and reported it to Keyhold.`,
    'It was ended at once: programs that use it are refused.',
    '',
    'What to do now:',
    '1. Make a new one for the programs that need it.',
    `2. End its key at the data plane too, in case the whole token was found: keyhold tokens revoke ${id}`,
    '3. Look in the log for what was done with it: keyhold audit tail',
  ].join('\n')
}
