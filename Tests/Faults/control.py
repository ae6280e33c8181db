"""The memory shared with CallSite.c: which place in the program fails, and all places that were seen."""

import mmap
import struct

HEAD = struct.Struct("<QiiQii")
# Without the number of places, which the server writes.
ORDERS = struct.Struct("<QiiQi")
SITE = struct.Struct("<QQQ12Q80s")
SITES_MAX = 4000

CODES = {28: "ENOSPC", 122: "EDQUOT", 30: "EROFS", 5: "EIO"}
CHANGES = {28, 122, 30, 5}
# What a call can fail with, by its name; as `takes` in CrashPoint.c has it.
TAKEN = {
    "write": CHANGES, "pwrite": CHANGES, "ftruncate": CHANGES, "posix_fallocate": CHANGES,
    "fsync": {28, 122, 5}, "fdatasync": {28, 122, 5},
    "rename": CHANGES, "link": CHANGES, "unlink": CHANGES, "rmdir": CHANGES, "mkdir": CHANGES, "create": CHANGES,
    "change": {30, 5}, "open": {5}, "read": {5}, "pread": {5},
}


class Site:
    """A place in the program that calls."""

    def __init__(self, fields):
        self.hash, self.count, self.failures = fields[:3]
        self.frames = [frame for frame in fields[3:15] if frame]
        self.what = fields[15].split(b"\0")[0].decode()

    @property
    def codes(self):
        return sorted(TAKEN[self.what.split()[0]])

    @property
    def changes(self):
        return self.what.split()[0] not in ("open", "read", "pread")

    @property
    def is_of_database(self):
        return "rondo.sqlite" in self.what

    def __str__(self):
        return f"{self.what} {self.hash:016x}"


class Control:
    """A new file of that memory."""

    def __init__(self, path):
        self.path = path
        size = HEAD.size + SITES_MAX * SITE.size
        with open(path, "wb+") as file:
            file.truncate(size)
            self.memory = mmap.mmap(file.fileno(), size)

    def set(self, site=None, code=0, is_sticky=False, is_armed=True):
        """From now on the next call of this place fails, and if sticky all after it."""
        ORDERS.pack_into(self.memory, 0, site.hash if site else 0, code, is_sticky, 0, is_armed)

    def disarm(self):
        self.set(is_armed=False)

    @property
    def failures(self):
        return HEAD.unpack_from(self.memory)[3]

    def sites(self):
        """All that were seen, by their hash."""
        count = HEAD.unpack_from(self.memory)[5]
        found = [Site(SITE.unpack_from(self.memory, HEAD.size + index * SITE.size)) for index in range(count)]
        return {site.hash: site for site in found}
