import { defineErrors } from '../../platform/errors.ts'

export const failLink = defineErrors({
  'link.frame_malformed': {
    status: 400,
    message: 'A frame of the link is not well formed.',
    remedy: 'Run the same version of Keyhold on both planes.',
  },
  'link.frame_too_large': {
    status: 413,
    message: 'A frame of the link is too large.',
    remedy: 'Send bodies above 1 MiB over HTTPS.',
  },
  'link.upgrade_expected': {
    status: 426,
    message: 'The link is a WebSocket.',
    remedy: 'Data planes open it by themselves; there is nothing here for others.',
  },
  'data_plane.not_enrolled': {
    status: 409,
    message: 'No data plane is enrolled yet.',
    remedy: 'Start the data plane with the enrolment token that the control plane printed.',
  },
  'link.unknown_method': {
    status: 404,
    message: 'The link has no such method.',
    remedy: 'Run the same version of Keyhold on both planes.',
  },
  'link.invalid_parameters': {
    status: 400,
    message: 'The parameters of a call on the link break its schema.',
    remedy: 'Run the same version of Keyhold on both planes.',
  },
  'link.hello_expected': {
    status: 401,
    message: 'The first call on a link must be link.hello.',
    remedy: 'Say hello first; a data plane of this version does so by itself.',
  },
  'link.hello_refused': {
    status: 401,
    message: 'The data plane did not prove that it holds its identity key on this connection.',
    remedy: 'Enrol the data plane again if its folder was lost or replaced.',
  },
  'link.too_many_calls': {
    status: 503,
    message: 'Too many calls are waiting for the data plane.',
    remedy: 'Wait a moment and try again.',
  },
  'link.timeout': {
    status: 504,
    message: 'The data plane did not answer in time.',
    remedy: 'Try again; if it goes on, look into the data plane’s log.',
  },
  'link.unknown_project': {
    status: 404,
    message: 'The organisation has no such project, or it has no keys yet.',
    remedy: 'Check the project’s id, and that this data plane is its organisation’s.',
  },
  'link.internal': {
    status: 500,
    message: 'The control plane could not carry out the call.',
    remedy: 'Look into the log of the plane that answered.',
  },
  'data_plane.away': {
    status: 503,
    message: 'The data plane of this organisation is not connected.',
    remedy: 'Start the data plane, or look at its log if it is running; work goes on by itself once it is back.',
  },
  'enrolment.refused': {
    status: 401,
    message: 'The enrolment token is unknown, used or older than 15 minutes.',
    remedy: 'Ask an operator for a new enrolment; for the first organisation, start the control plane again.',
  },
  'enrolment.forged': {
    status: 401,
    message: 'The enrolment is not signed by the identity key that it names, for this server.',
    remedy: 'Enrol the data plane anew with a fresh enrolment token.',
  },
})
