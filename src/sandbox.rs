//! Walls around the process that decodes what strangers sent: no network, no files, little memory, little time (edge).
//!
//! Applied by the child to itself before it reads the first octet, so that a decoder that was taken over finds nothing to
//! take. Each wall that the kernel does not have is left out and told ([`Walls`]); rlimits and the caller's 20 seconds
//! are always there.

use std::{collections::BTreeMap, path::Path};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};
use serde::{Deserialize, Serialize};

/// Most memory of a child (reliability.md section 9 of the measures: bombs end below 512 MB).
pub const MEMORY: u64 = 448 << 20;
/// Seconds of processor time; the parent's clock ends a child that sleeps.
const SECONDS: u64 = match cfg!(debug_assertions) {
    false => 20,
    // As much longer as the parent waits longer.
    true => 120,
};

/// What stands around this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walls {
    /// Landlock holds all that was asked of it.
    pub landlock: bool,
    /// System calls are filtered.
    pub seccomp: bool,
}

/// What a confined process may do.
#[derive(Clone, Copy, Debug)]
pub enum Rights<'a> {
    /// Read standard input, compute, write standard output.
    Nothing,
    /// Be another program: read what a program needs to start, write files below one folder and nowhere else.
    Program { scratch: &'a Path },
}

/// Builds the walls around the calling process; there must be one thread only. An error means that a wall which the
/// kernel has could not be built: then nothing may be decoded.
pub fn confine(rights: Rights) -> Result<Walls, String> {
    limits(rights).map_err(|error| format!("rlimits: {error}"))?;
    let landlock = landlock(rights).map_err(|error| format!("landlock: {error}"))?;
    let seccomp = seccomp(rights).map_err(|error| format!("seccomp: {error}"))?;
    Ok(Walls { landlock, seccomp })
}

fn limits(rights: Rights) -> rustix::io::Result<()> {
    let (memory, largest_file) = match rights {
        Rights::Nothing => (MEMORY, 0),
        // OCR maps its language data; its address space is larger than what it uses.
        Rights::Program { .. } => (2 * MEMORY, 64 << 20),
    };
    for (resource, most) in [
        (Resource::As, memory),
        (Resource::Cpu, SECONDS),
        (Resource::Fsize, largest_file),
        (Resource::Core, 0),
        (Resource::Nofile, 64),
    ] {
        let most = Some(most);
        setrlimit(
            resource,
            Rlimit {
                current: most,
                maximum: most,
            },
        )?;
    }
    Ok(())
}

/// `false`: the kernel has no Landlock.
fn landlock(rights: Rights) -> Result<bool, landlock::RulesetError> {
    let abi = ABI::V6;
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?;
    if let Rights::Program { scratch } = rights {
        for (path, access) in [
            ("/usr", AccessFs::from_read(abi)),
            ("/lib", AccessFs::from_read(abi)),
            ("/lib64", AccessFs::from_read(abi)),
            ("/bin", AccessFs::from_read(abi)),
            ("/etc/ld.so.cache", AccessFs::ReadFile.into()),
            ("/etc/fonts", AccessFs::from_read(abi)),
            ("/dev/null", AccessFs::ReadFile | AccessFs::WriteFile),
        ] {
            // What is not there cannot be read either.
            if let Ok(fd) = PathFd::new(path) {
                let access = if Path::new(path).is_dir() {
                    access
                } else {
                    access & AccessFs::from_file(abi)
                };
                ruleset = ruleset.add_rule(PathBeneath::new(fd, access))?;
            }
        }
        if let Ok(fd) = PathFd::new(scratch) {
            // No links and no pipes: who reads what was written must not be led elsewhere.
            let access = AccessFs::ReadFile
                | AccessFs::ReadDir
                | AccessFs::WriteFile
                | AccessFs::Truncate
                | AccessFs::MakeReg
                | AccessFs::RemoveFile;
            ruleset = ruleset.add_rule(PathBeneath::new(fd, access))?;
        }
    }
    let status = ruleset.restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

/// `false`: this machine's kind has no filter of ours.
fn seccomp(rights: Rights) -> Result<bool, Box<dyn std::error::Error>> {
    let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else {
        return Ok(false);
    };
    // Refused calls fail like a missing right: a library that only asks goes on, one that needs it gives up.
    let refuse = SeccompAction::Errno(libc::EPERM as u32);
    let (listed, listed_action, other_action) = match rights {
        Rights::Nothing => (COMPUTING, SeccompAction::Allow, refuse),
        Rights::Program { .. } => (OUTWARD, refuse, SeccompAction::Allow),
    };
    let mut rules: BTreeMap<_, _> = listed.iter().map(|&call| (call, Vec::new())).collect();
    if matches!(rights, Rights::Nothing) {
        // A panic aborts by a signal to oneself; nobody else gets one.
        let own = u64::from(std::process::id());
        let to_oneself = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own)?;
        rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![to_oneself])?]);
    } else {
        // Aborting, and asking for one's own limits, are every program's; another process is none of its business.
        let others = |own: u64| {
            let other = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, own)?;
            SeccompRule::new(vec![other])
        };
        let own = u64::from(std::process::id());
        rules.insert(libc::SYS_tgkill, vec![others(own)?]);
        rules.insert(libc::SYS_prlimit64, vec![others(0)?]);
    }
    let filter = SeccompFilter::new(rules, other_action, listed_action, arch)?;
    let program: BpfProgram = filter.try_into()?;
    match seccompiler::apply_filter(&program) {
        Ok(()) => Ok(true),
        Err(seccompiler::Error::Prctl(error)) if error.raw_os_error() == Some(libc::EINVAL) => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// All that decoding in memory needs.
const COMPUTING: &[libc::c_long] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
];

/// What another program is refused: every way out of the machine, into other processes and into the kernel's insides.
const OUTWARD: &[libc::c_long] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    // Older kernels' Landlock does not guard what these do to files.
    libc::SYS_truncate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_utimensat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_send_signal,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kill,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_open_by_handle_at,
];
