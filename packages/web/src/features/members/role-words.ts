/** What roles, actions and operations are called on the page; one line each, so that a new one does not compile unnamed. */
import { operationRoles, permissions, type Action, type Role } from '@keyhold/contract'

export const roleWords: Readonly<Record<Role, string>> = {
  owner: 'Everything; makes and changes owners; gets the recovery kit',
  admin: 'Members, tokens, projects and all data, but nothing that concerns owners',
  analyst: 'Brings, asks, saves and deletes data, reports and dashboards',
  viewer: 'Looks at tables, reports and dashboards, and asks questions',
  auditor: 'Reads the log, in SQL too, members and tokens, and opens no data',
  approver: 'Approves what others ask for, and opens no data',
}

type Shown = { readonly words: string; readonly roles: readonly Role[] }

const actionWords: Readonly<Record<Action, string>> = {
  'self.use': 'Use the own account',
  'project.read': 'See projects',
  'project.manage': 'Make and rename projects',
  'request.send': 'Ask the data plane, of what it allows the role',
  'data.read': 'See tables and jobs',
  'data.write': 'Make tables and upload',
  'operator_view.read': 'See what the operator sees',
  'log.read': 'Read, search and export the log',
  'checkpoint.read': 'Check that the log was not rolled back',
  'people.read': 'See members',
  'people.manage': 'Invite, change and remove members',
  'ownership.transfer': 'Hand ownership over',
  'token.read': 'See tokens',
  'token.manage': 'Make and revoke tokens',
  'token.own': 'Make tokens of the own',
  'organisation.manage': 'Change what holds for the whole organisation',
  'roster.read': 'See devices',
  'roster.change': 'Endorse further devices of the own person',
}

const operationWords: Readonly<Record<keyof typeof operationRoles, string>> = {
  query: 'Run queries: of tables, or of the log',
  'engine.end': 'End the own engine',
  'import.report': 'Read what was found in a file',
  'table.profile': 'See column profiles',
  'document.list': 'List reports and dashboards',
  'document.read': 'Open reports and dashboards',
  'document.save': 'Save reports, dashboards and descriptions',
  'document.delete': 'Delete reports and dashboards',
  'table.delete': 'Delete tables',
  'upload.close': 'Have an upload imported',
  'recovery.kit': 'Get the recovery kit, with the first device',
}

/** What the control plane allows, in the order of the contract. */
export const actionRows: readonly Shown[] = Object.entries(permissions).map(([action, roles]) => ({
  words: actionWords[action as Action],
  roles,
}))

/** What the data plane allows, by the weaker of the server's word and the roster's. */
export const operationRows: readonly Shown[] = Object.entries(operationRoles).map(([operation, roles]) => ({
  words: operationWords[operation as keyof typeof operationRoles],
  roles,
}))
