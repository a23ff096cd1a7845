/**
 * The system-call filter of an engine process, as classic BPF for `bwrap --seccomp`: what DuckDB and Node never need is
 * refused with EPERM. The kernel's own headers give the numbers (asm/unistd_64.h, asm-generic/unistd.h).
 */

type Architecture = {
  /** AUDIT_ARCH_* of linux/audit.h. */
  readonly audit: number
  readonly clone: number
  readonly ioctl: number
  /** Numbers at or above are another ABI (x32) and refused. */
  readonly foreign: number | null
  readonly refused: Readonly<Record<string, number>>
}

/** Same numbers on both: added after the tables were unified. */
const common = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  pidfd_open: 434,
  pidfd_getfd: 438,
  process_madvise: 440,
  mount_setattr: 442,
  quotactl_fd: 443,
} as const

const clone3 = 435

const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    ioctl: 16,
    foreign: 0x40000000,
    refused: {
      ...common,
      socket: 41,
      connect: 42,
      accept: 43,
      bind: 49,
      listen: 50,
      socketpair: 53,
      fork: 57,
      vfork: 58,
      ptrace: 101,
      syslog: 103,
      mknod: 133,
      uselib: 134,
      personality: 135,
      vhangup: 153,
      modify_ldt: 154,
      pivot_root: 155,
      adjtimex: 159,
      chroot: 161,
      acct: 163,
      settimeofday: 164,
      mount: 165,
      umount2: 166,
      swapon: 167,
      swapoff: 168,
      reboot: 169,
      sethostname: 170,
      setdomainname: 171,
      iopl: 172,
      ioperm: 173,
      init_module: 175,
      delete_module: 176,
      quotactl: 179,
      lookup_dcookie: 212,
      clock_settime: 227,
      kexec_load: 246,
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      mknodat: 259,
      unshare: 272,
      move_pages: 279,
      accept4: 288,
      perf_event_open: 298,
      fanotify_init: 300,
      name_to_handle_at: 303,
      open_by_handle_at: 304,
      clock_adjtime: 305,
      setns: 308,
      process_vm_readv: 310,
      process_vm_writev: 311,
      kcmp: 312,
      finit_module: 313,
      kexec_file_load: 320,
      bpf: 321,
      userfaultfd: 323,
    },
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    ioctl: 29,
    foreign: null,
    refused: {
      ...common,
      lookup_dcookie: 18,
      mknodat: 33,
      umount2: 39,
      mount: 40,
      pivot_root: 41,
      chroot: 51,
      vhangup: 58,
      quotactl: 60,
      acct: 89,
      personality: 92,
      unshare: 97,
      kexec_load: 104,
      init_module: 105,
      delete_module: 106,
      clock_settime: 112,
      syslog: 116,
      ptrace: 117,
      reboot: 142,
      sethostname: 161,
      setdomainname: 162,
      settimeofday: 170,
      adjtimex: 171,
      socket: 198,
      socketpair: 199,
      bind: 200,
      listen: 201,
      accept: 202,
      connect: 203,
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      swapon: 224,
      swapoff: 225,
      move_pages: 239,
      perf_event_open: 241,
      accept4: 242,
      fanotify_init: 262,
      name_to_handle_at: 264,
      open_by_handle_at: 265,
      clock_adjtime: 266,
      setns: 268,
      process_vm_readv: 270,
      process_vm_writev: 271,
      kcmp: 272,
      finit_module: 273,
      bpf: 280,
      userfaultfd: 282,
      kexec_file_load: 294,
    },
  },
}

// linux/bpf_common.h and linux/seccomp.h
const loadWord = 0x20
const jumpEqual = 0x15
const jumpAtLeast = 0x35
const jumpIfSet = 0x45
const returnValue = 0x06
const allow = 0x7fff0000
const killProcess = 0x80000000
const notPermitted = 0x00050001
const notImplemented = 0x00050026
const offsetNumber = 0
const offsetArchitecture = 4
const offsetFirstArgument = 16
const offsetSecondArgument = 24
const cloneThread = 0x00010000
const terminalInjections = [0x5412, 0x541c] as const

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number]

/** The filter's bytes, or null on an architecture without a table. New threads are allowed, new processes are not. */
export function makeSeccompFilter(architecture: string): Buffer | null {
  const known = architectures[architecture]
  return known === undefined ? null : encode(listInstructions(known))
}

function listInstructions(known: Architecture): readonly Instruction[] {
  const refuseIf = (number: number, answer: number): Instruction[] => [
    [jumpEqual, 0, 1, number],
    [returnValue, 0, 0, answer],
  ]
  const foreign: Instruction[] =
    known.foreign === null
      ? []
      : [
          [jumpAtLeast, 0, 1, known.foreign],
          [returnValue, 0, 0, killProcess],
        ]
  return [
    [loadWord, 0, 0, offsetArchitecture],
    [jumpEqual, 1, 0, known.audit],
    [returnValue, 0, 0, killProcess],
    [loadWord, 0, 0, offsetNumber],
    ...foreign,
    ...Object.values(known.refused).flatMap((number) => refuseIf(number, notPermitted)),
    // clone3 hides its flags behind a pointer: say that it does not exist, and libc falls back to clone.
    ...refuseIf(clone3, notImplemented),
    [jumpEqual, 0, 4, known.clone],
    [loadWord, 0, 0, offsetFirstArgument],
    [jumpIfSet, 1, 0, cloneThread],
    [returnValue, 0, 0, notPermitted],
    [returnValue, 0, 0, allow],
    [jumpEqual, 0, 5, known.ioctl],
    [loadWord, 0, 0, offsetSecondArgument],
    ...terminalInjections.flatMap((request) => refuseIf(request, notPermitted)),
    [returnValue, 0, 0, allow],
  ]
}

function encode(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8)
  instructions.forEach(([code, jumpTrue, jumpFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(jumpTrue, index * 8 + 2)
    bytes.writeUInt8(jumpFalse, index * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4)
  })
  return bytes
}
