/** What each action is called. `{object}` and `{table}` stand for names; the actor comes before. */

export type ActionWords = {
  readonly words: string
  /** Reading of lists and the steps of one upload: true of every page and program, and rarely what one looks for. */
  readonly routine?: true
}

const routine = (words: string): ActionWords => ({ words, routine: true })
const act = (words: string): ActionWords => ({ words })

const known: Readonly<Record<string, ActionWords>> = {
  'audit.checkpoint': routine('read the log’s checkpoint'),
  'audit.consistency': routine('had the log’s continuity proven'),
  'audit.export': act('exported the log'),
  'audit.list': routine('read the log'),
  'audit.proof': routine('had an entry proven'),
  'data_plane.enrol': act('was enrolled'),
  'data_plane.link': act('opened its link'),
  'document.delete.run': act('deleted a document'),
  'document.list.run': routine('listed documents'),
  'document.read.run': act('read a document'),
  'document.remove': act('threw a sealed document away'),
  'document.save.run': act('saved a document'),
  'document.store': act('stored a sealed document'),
  'import.run': act('imported into {object}'),
  'job.cancel': act('cancelled the import {object}'),
  'job.commit': act('committed rows to {table}'),
  'job.end': act('ended a job'),
  'job.fail': act('reported a failed import into {table}'),
  'job.list': routine('listed jobs'),
  'job.read': routine('looked at a job'),
  'key.unwrap': act('unwrapped the keys of {object}'),
  'keys.read': routine('read the public sealing keys'),
  'manifest.sign': act('signed a new state of {object}'),
  'object.put': routine('stored a sealed file'),
  'object.read': routine('fetched a sealed file'),
  'organisation.setup': act('set the organisation up'),
  'people.list': routine('listed people'),
  'project.create': act('made the project {object}'),
  'project.list': routine('listed projects'),
  'project.operator_view': act('looked at what the operator sees'),
  'project.provision': act('made the keys of {object}'),
  'project.rename': act('renamed the project {object}'),
  'query.run': act('ran a query'),
  'recovery.kit.run': act('asked for the recovery kit'),
  'request.send': routine('sent a sealed request'),
  'response.post': routine('answered a sealed request'),
  'roster.append': act('took a signed change of who may ask'),
  'roster.change': act('changed who may ask'),
  'roster.read': routine('read who may ask'),
  'self.read': routine('asked who they are'),
  'password.change': act('changed the own password'),
  'password.request_reset': act('asked for a link to choose a new password'),
  'password.reset': act('chose a new password by a mailed link'),
  'session.create': act('signed in'),
  'session.end': act('signed out'),
  'setup.claim': act('took the owner’s claim'),
  'table.decrypt': act('decrypted {object}'),
  'table.delete': act('deleted {object}'),
  'table.delete.run': act('asked for a table to be deleted'),
  'table.ensure': act('found or made {object}'),
  'table.list': routine('listed tables'),
  'table.operator_view': act('looked at {object} as the operator has it'),
  'table.profile.run': act('had a table’s profile made'),
  'table.read': routine('looked at {object}'),
  'token.create': act('made the token {object}'),
  'token.list': routine('listed tokens'),
  'token.revoke': act('revoked the token {object}'),
  'upload.abandon': act('gave an upload up'),
  'upload.append': routine('sent sealed bytes'),
  'upload.close': act('closed an upload'),
  'upload.content': routine('fetched sealed bytes'),
  'upload.create': act('began an upload into {table}'),
  'upload.offset': routine('asked how far an upload is'),
  'upload.read': routine('looked at an upload'),
}

/** The words of an action; one that is not known is named as it is. */
export function findActionWords(action: string): ActionWords {
  return known[action] ?? { words: `did ${action}` }
}
