import type { Command } from './command.ts'
import { addressesList, addressesSet } from './commands/addresses.ts'
import { auditExport } from './commands/audit-export.ts'
import { auditTail } from './commands/audit-tail.ts'
import { auditVerify } from './commands/audit-verify.ts'
import { createHelp } from './commands/help.ts'
import { devicesEndorse, devicesList, devicesRemove, devicesSettle } from './commands/devices.ts'
import { forget } from './commands/forget.ts'
import {
  groupsAdd,
  groupsCreate,
  groupsDelete,
  groupsList,
  groupsRemove,
  groupsRename,
  groupsRole,
} from './commands/groups.ts'
import { membersInvitations, membersSignOut, membersWithdraw } from './commands/invitations.ts'
import { jobs } from './commands/jobs.ts'
import { login } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { membersInvite, membersList, membersRemove, membersRole } from './commands/members.ts'
import { membersAccept, membersLeave, membersTransfer } from './commands/membership.ts'
import { operatorView } from './commands/operator-view.ts'
import { query } from './commands/query.ts'
import { sample } from './commands/sample.ts'
import { setup } from './commands/setup.ts'
import { tables } from './commands/tables.ts'
import { tokensCreate, tokensList, tokensRevoke, tokensRotate } from './commands/tokens.ts'
import { upload } from './commands/upload.ts'
import { whoami } from './commands/whoami.ts'

const working: readonly Command[] = [
  setup,
  login,
  logout,
  whoami,
  upload,
  sample,
  query,
  forget,
  tables,
  jobs,
  tokensList,
  tokensCreate,
  tokensRotate,
  tokensRevoke,
  addressesList,
  addressesSet,
  devicesList,
  devicesEndorse,
  devicesRemove,
  devicesSettle,
  membersList,
  membersInvite,
  membersInvitations,
  membersWithdraw,
  membersRole,
  membersRemove,
  membersSignOut,
  membersAccept,
  membersTransfer,
  membersLeave,
  groupsList,
  groupsCreate,
  groupsRename,
  groupsRole,
  groupsDelete,
  groupsAdd,
  groupsRemove,
  auditTail,
  auditVerify,
  auditExport,
  operatorView,
]

/** Every command, in the order in which help shows them. */
export const commands: readonly Command[] = [...working, createHelp(working)]
