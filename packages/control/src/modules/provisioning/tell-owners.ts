/** Who is deprovisioned leaves tokens of programs behind: they go on working, and the owners are told which. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { ProvisionedAccount } from '../people/index.ts'
import type { MadeToken } from '../tokens/index.ts'
import type { ProvisioningSetting } from './setting.ts'

/** A mail lists so many and counts the rest. */
const mostListed = 50

/** Part of the caller's transaction, after the account has ended or was suspended. Nothing is mailed of no tokens. */
export async function tellOwners(
  { people, listMadeTokens, queueMail, readUrl }: ProvisioningSetting,
  tx: Transaction,
  account: ProvisionedAccount,
): Promise<void> {
  const { organisation, id, email } = account
  const tokens = await listMadeTokens(tx, id)
  if (tokens.length === 0) return
  const owners = (await people.list(tx)).filter(({ role, active }) => role === 'owner' && active)
  const mail = {
    subject: 'Tokens of somebody who was deprovisioned still work',
    text: writeText(email, tokens, readUrl()),
  }
  for (const { email: to } of owners) await queueMail(tx, organisation, { to, ...mail })
}

function writeText(email: string, tokens: readonly MadeToken[], url: string): string {
  const listed = tokens.slice(0, mostListed).map(({ id, name }) => `- ${clean(name)} (${id})`)
  const more = tokens.length - listed.length
  return [
    `Your identity provider ended or suspended the account of ${clean(email)}. Sessions and own tokens of it have ended.`,
    `Tokens that the person made for programs are your organisation’s and still work:`,
    '',
    ...listed,
    ...(more > 0 ? [`and ${more} more`] : []),
    '',
    'If the person may still have them, make new ones for the programs and end these:',
    `${url}, under Tokens, or: keyhold tokens revoke ID`,
  ].join('\n')
}

/** One line: a name must not add lines to a mail. */
function clean(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
