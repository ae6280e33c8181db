/// The C library under one name: who imports `System` has it, and no other file asks which one it is.
///
/// The event loop needs Linux (epoll), so there is one branch. Another library of Linux, musl, would be a second one
/// here, and in the few places that name a type of glibc's own (`__rlimit_resource_t`).
@_exported public import Glibc
